// The apps translate the names of exercises, and ICU has no word for an assisted machine.

/**
 * A word that only means help. English, French, Italian, Portuguese, Swedish, Danish, Norwegian and German have "assist";
 * Spanish, Romanian, Czech, Polish and Croatian "asist".
 */
const HELPED = /(?<!\p{L})(assist|asist|ассист)|アシスト/u;

/** How a note begins that says "assisted". Inside a note, most of them can mean "supported", as in "chest supported". */
const ASSISTED = [
  'unterstützt',
  'mit unterstützung',
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
  'з підтримкою',
  'з допомогою',
  'υποβοηθούμεν',
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
 * Whether the name of an exercise says that a machine or band takes off weight: with a word that only means help, or in
 * parentheses. The apps then store the assistance as weight.
 */
export const isAssisted = (exercise: string): boolean => {
  const name = exercise.normalize('NFKC').toLowerCase();
  const notes = [...name.matchAll(/\(([^)]*)\)/g)].map(([, note = '']) => note.trim());
  return HELPED.test(name) || notes.some((note) => ASSISTED.some((word) => note.startsWith(word)));
};
