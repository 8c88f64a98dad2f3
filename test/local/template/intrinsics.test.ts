import { UnsupportedTemplate } from '../../../services/local/template/errors.ts';
import { type Names, resolve } from '../../../services/local/template/intrinsics.ts';
import type { TemplateValue } from '../../../services/local/template/parse-template.ts';

const names: Names = {
  ref: (name) => ({ Queue: 'http://queue', 'AWS::Region': 'us-east-1' })[name],
  attribute: (logicalId, attribute) =>
    logicalId === 'Queue' && attribute === 'Arn' ? 'arn:queue' : undefined,
};
const resolved = (value: TemplateValue): TemplateValue => resolve(value, names, 'Here');

test.each<[string, TemplateValue, TemplateValue]>([
  ['Ref of a resource', { Ref: 'Queue' }, 'http://queue'],
  ['Ref of a pseudo parameter', { Ref: 'AWS::Region' }, 'us-east-1'],
  ['Fn::GetAtt as a list', { 'Fn::GetAtt': ['Queue', 'Arn'] }, 'arn:queue'],
  ['Fn::GetAtt as text', { 'Fn::GetAtt': 'Queue.Arn' }, 'arn:queue'],
  [
    'Fn::Join with intrinsics inside',
    { 'Fn::Join': ['-', ['a', { Ref: 'AWS::Region' }, 3]] },
    'a-us-east-1-3',
  ],
  [
    'Fn::Sub of names and attributes',
    { 'Fn::Sub': '${AWS::Region} ${Queue.Arn} ${!Kept}' },
    'us-east-1 arn:queue ${Kept}',
  ],
  ['Fn::Sub with variables', { 'Fn::Sub': ['${own}', { own: { Ref: 'Queue' } }] }, 'http://queue'],
  [
    'Fn::Select of Fn::Split',
    { 'Fn::Select': [1, { 'Fn::Split': [':', { 'Fn::GetAtt': ['Queue', 'Arn'] }] }] },
    'queue',
  ],
  ['values inside lists and objects', { a: [{ Ref: 'Queue' }], b: null }, { a: ['http://queue'], b: null }],
])('resolves %s', (_, value, expected) => {
  expect(resolved(value)).toEqual(expected);
});

test.each<[string, TemplateValue, string, string]>([
  ['function', { deep: [{ 'Fn::ImportValue': 'x' }] }, 'Fn::ImportValue', 'Here.deep[0]'],
  ['name', { Ref: 'Missing' }, 'Ref Missing', 'Here'],
  ['attribute', { 'Fn::GetAtt': ['Queue', 'Colour'] }, 'Fn::GetAtt Queue.Colour', 'Here'],
  ['name inside Fn::Sub', { 'Fn::Sub': '${Missing}' }, 'Ref Missing', 'Here'],
])('rejects an unknown %s by name and place', (_, value, intrinsic, place) => {
  expect(() => resolved(value)).toThrow(UnsupportedTemplate);
  expect(() => resolved(value)).toThrow(`${intrinsic} (at ${place})`);
});
