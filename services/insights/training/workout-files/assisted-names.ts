// The apps translate the names of exercises, and ICU has no word for an assisted machine.

/** How "assisted" begins in the languages of the apps. */
const ASSISTED = [
  'assist', // English, French, Italian, Portuguese, Swedish, Danish, Norwegian, German
  'asist', // Spanish, Romanian, Czech, Polish, Croatian
  'unterstützt',
  'aidé',
  'con ayuda',
  'con assistenza',
  'com ajuda',
  'auxiliad',
  'geassisteerd',
  'ondersteund',
  'wspomagan',
  'ze wspomaganiem',
  's dopomoc',
  'avustett',
  'segített',
  'asszisztált',
  'destekli',
  'yardımlı',
  'с поддержкой',
  'с помощью',
  'ассист',
  'з підтримкою',
  'з допомогою',
  'υποβοηθούμεν',
  'アシスト',
  '補助',
  '辅助',
  '輔助',
  '어시스트',
  '보조',
  'dibantu',
  'hỗ trợ',
  'بمساعدة',
  'בסיוע',
];

/**
 * Whether the name of an exercise says, in parentheses, that a machine or band takes off weight. The apps then store the
 * assistance as weight.
 */
export const isAssisted = (exercise: string): boolean =>
  [
    ...exercise
      .normalize('NFKC')
      .toLowerCase()
      .matchAll(/\(([^)]*)\)/g),
  ].some(([, note = '']) => ASSISTED.some((word) => note.trim().startsWith(word)));
