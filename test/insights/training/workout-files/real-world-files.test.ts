import type { WeightUnit } from '../../../../services/insights/training/workout-files/numbers-in-file.ts';
import { POUNDS_PER_KILOGRAM } from '../../../../shared/core/weight.ts';
import type { WorkoutSet } from '../../../../shared/core/workout-set.ts';
import { readIn, totalsOf } from './read-file.ts';

const read = (text: string, unit?: WeightUnit) => readIn('Europe/Berlin', text, unit);
const kilograms = ({ weight }: WorkoutSet) => Math.round((weight / POUNDS_PER_KILOGRAM) * 100) / 100;
const reasons = (text: string) => read(text).refused.map(({ place, reason }) => `${place}: ${reason}`);

const HEADER = 'Date,Workout Name,Exercise Name,Set Order,Weight (kg),Reps';
const row = (weight: string, reps = '5', exercise = 'Squat') =>
  `2026-05-16 18:00,L,${exercise},1,${weight},${reps}`;
const strong = (...rows: string[]) => `${[HEADER, ...rows].join('\n')}\n`;

describe('Strong in another language', () => {
  const german = (...rows: string[]) =>
    [
      'Datum;Workout-Name;Dauer;Übungsname;Reihenfolge;Gewicht;Wiederholungen;Entfernung;Sekunden;Notizen;Workout-Notizen;RPE',
      ...rows.map((each) => `2026-05-09 10:00:00;Drücken;1 Std. 5 Min.;${each}`),
    ].join('\n');

  test('is recognized with decimal commas, timers, RPE and the length of the workout', () => {
    const { format, sets, leftOut, refused } = read(
      german(
        'Bankdrücken;1;82,5;8;0;0,0;;;8,5',
        'Bankdrücken;Pausentimer;0;0;0;90;;;',
        'Klimmzug (Unterstützt);1;-20;6;0;0;;;',
        'Unterarmstütz;1;0;0;0;60;;;',
      ),
      'kg',
    );
    expect({ format, leftOut, refused }).toEqual({
      format: 'Strong',
      leftOut: { 'notes and timers': 1 },
      refused: [],
    });
    expect(sets).toMatchObject([
      { exercise: 'Bankdrücken', workout_title: 'Drücken', rpe: 8.5, workout_duration_s: 3900 },
      {
        exercise: 'Klimmzug (Unterstützt)',
        weight: 0,
        assistance: expect.closeTo(20 * POUNDS_PER_KILOGRAM, 3),
      },
      { exercise: 'Unterarmstütz', reps: '0', duration_s: 60 },
    ]);
    expect(kilograms(sets[0] as WorkoutSet)).toBe(82.5);
  });

  test.each([
    ['Kreuzheben;2;1.062,5;1;0;0;;;', 1062.5],
    ['Kreuzheben;2;schwer;5;0;0;;;', 'weight "schwer" is not a number'],
    ['Kreuzheben;2;80;8-10;0;0;;;', 'number of repetitions "8-10" is not a number'],
    [';2;80;5;0;0;;;', 'exercise is missing'],
    ['Kreuzheben;-;80;5;0;0;;;', 'the kind of set "-" is unknown'],
  ])('is recognized with the row %s, which costs no other row', (bad, result) => {
    const { sets, refused } = read(german('Kniebeuge;1;80;5;0;0;;;', bad), 'kg');
    const second = [...sets.slice(1).map(kilograms), ...refused.map(({ reason }) => reason)];
    expect({ first: sets.slice(0, 1).map(kilograms), second }).toEqual({ first: [80], second: [result] });
  });

  test('is recognized with a row without a time', () => {
    const file = german('Kniebeuge;1;80;5;0;0;;;', 'Kniebeuge;2;80;5;0;0;;;');
    const { sets, refused } = read(file.replace(/2026-05-09 10:00:00(?=.*;2;)/, 'gestern'), 'kg');
    expect(sets.map(kilograms)).toEqual([80]);
    expect(refused).toEqual([{ place: 'line 3', reason: 'time "gestern" is invalid' }]);
  });

  test('is recognized with the names of other apps in titles and notes', () => {
    const file = german('Kniebeuge;1;80;5;0;0;mit Garmin;;').replace('Drücken', 'StrongLifts 5x5');
    expect(read(file, 'kg').sets).toMatchObject([{ workout_title: 'StrongLifts 5x5' }]);
  });

  test.each([
    ['Bankdrücken;1;80;8;0;0;BW;;', 'Drücken'],
    ['Bankdrücken;1;80;8;0;0;;lb;', 'Drücken'],
    ['KG;1;80;8;0;0;BW;lb;9', 'BW'],
  ])('is recognized with the name of a unit as a title, a name or a note: %s', (set, title) => {
    const { sets, refused } = read(german(set).replace('Drücken', title), 'kg');
    expect(refused).toEqual([]);
    expect(sets.map((each) => [each.workout_title, kilograms(each)])).toEqual([[title, 80]]);
  });

  test('needs its unit, or has it in the header', () => {
    const file = german('Bankdrücken;1;80;8;0;0;;;');
    expect(() => read(file)).toThrow(/--unit kg or --unit lb/);
    expect(read(file.replace('Gewicht', 'Gewicht (lbs)')).sets).toMatchObject([{ weight: 80 }]);
  });

  test('a second header with another unit applies from there', () => {
    const file = german('Bankdrücken;1;80;8;0;0;;;').replace('Gewicht', 'Gewicht (kg)');
    const second = german('Bankdrücken;1;80;8;0;0;;;')
      .replace('Gewicht', 'Gewicht (lbs)')
      .replace('05-09', '05-10');
    expect(read(`${file}\n${second}`).sets.map(({ weight }) => weight)).toEqual([
      expect.closeTo(176.37, 2),
      80,
    ]);
  });

  test.each([
    [
      'Portuguese, version 6',
      '"Treino #";"Data";"Nome do treino";"Duração (seg)";"Nome do exercício";"Ordem da série";"Peso (kg)";"Repetições";"RPE";"Distância (metros)";"Segundos";"Notas";"Notas do treino"',
      '"1";"2026-05-09 10:00:00";"A";"1800";"Agachamento";"1";"100,5";"5";"9";"20";"30";"";""',
      { exercise: 'Agachamento', rpe: 9, distance_m: 20, duration_s: 30, workout_duration_s: 1800 },
      100.5,
    ],
    [
      'Spanish for Android, with the unit of each row',
      'Fecha;Nombre;Ejercicio;Orden;Peso;Unidad;Reps;RPE;Distancia;Unidad de distancia;Segundos;Notas;Notas del entrenamiento;Duración',
      '2026-05-09 10:00:00;A;Sentadilla;1;100;lbs;5;8;1,5;km;30;;;35m',
      { exercise: 'Sentadilla', rpe: 8, distance_m: 1500, duration_s: 30, workout_duration_s: 2100 },
      45.36,
    ],
    [
      'Italian',
      'Data,Nome allenamento,Durata,Nome esercizio,Ordine serie,Peso (kg),Ripetizioni,Distanza (km),Secondi,Note,Note allenamento,RPE',
      '2026-05-09 10:00:00,A,1h,Stacco da terra,1,"140,5",5,0,0,,,7',
      { exercise: 'Stacco da terra', rpe: 7, workout_duration_s: 3600 },
      140.5,
    ],
    [
      'Japanese',
      '日付,ワークアウト名,時間,エクササイズ名,セット順,重量 (kg),回数,距離,秒,メモ,ワークアウトメモ,RPE',
      '2026-05-09 10:00:00,A,1h,ベンチプレス,1,60,5,0,0,,,',
      { exercise: 'ベンチプレス', workout_duration_s: 3600 },
      60,
    ],
  ])('reads %s', (_what, header, line, fields, weight) => {
    const { sets, refused } = read(`${header}\n${line}\n`);
    expect(refused).toEqual([]);
    expect(sets).toMatchObject([fields]);
    expect(kilograms(sets[0] as WorkoutSet)).toBe(weight);
  });

  test('an unknown code of a set with repetitions is rejected, as it can be a warm-up', () => {
    expect(
      reasons(
        german('Kniebeuge;1;100;5;0;0;;;', 'Kniebeuge;É;100;5;0;0;;;').replace('Gewicht', 'Gewicht (kg)'),
      ),
    ).toEqual(['line 3: the kind of set "É" is unknown']);
  });
});

describe('separators', () => {
  test.each([
    ['sep=;', ';'],
    ['"sep=;"', ';'],
    ['sep=,', ','],
    ['SEP=\t', '\t'],
  ])('the first line %j states them', (line, separator) => {
    const quoted = [HEADER, row('"100,5"')].map((each) =>
      each.replaceAll(/,(?=(?:[^"]*"[^"]*")*[^"]*$)/g, separator),
    );
    expect(read([line, ...quoted].join('\r\n')).sets.map(kilograms)).toEqual([100.5]);
  });

  test('Excel leaves out those of empty cells at the end of a row, but a last line can be cut off', () => {
    const file = [`${HEADER},Notes,RPE`, `${row('100')},,8`, row('101'), `${row('102')}`].join('\n');
    expect(read(`${file}\n`).sets.map(kilograms)).toEqual([100, 101, 102]);
    expect(reasons(file)).toEqual(['line 4: has 6 values instead of 8']);
  });
});

describe('numbers', () => {
  test.each([
    ['"82,5"', 82.5],
    ['"1,250.5"', 1250.5],
    ['"1.250,5"', 1250.5],
    ['1 250', 1250],
    ["1'250", 1250],
    ['"0,125"', 0.13],
    ['٨٠', 80],
  ])('a weight %s is %d', (text, weight) => {
    expect(read(strong(row(text))).sets.map(kilograms)).toEqual([weight]);
  });

  test.each([
    ['"1,250"', 'weight "1,250" can be 1250 or 1.250'],
    ['"1,2,3"', 'weight "1,2,3" is not a number'],
    ['1e3', 'weight "1e3" is not a number'],
    ['1234567', 'weight "1234567" is not a number'],
    ['999999', 'weight is invalid'],
    ['−20kg', 'weight "−20kg" is not a number'],
  ])('a weight %s is rejected', (text, reason) => {
    expect(reasons(strong(row(text)))).toEqual([`line 2: ${reason}`]);
  });

  test('a minus sign is one', () => {
    expect(read(strong(row('−20'))).sets).toMatchObject([{ weight: 0, assistance: expect.any(Number) }]);
  });

  test('negative repetitions are rejected, and too many', () => {
    expect(reasons(strong(row('100', '-5')))).toEqual(['line 2: repetitions "-5" are not a whole number']);
  });

  test('an RPE outside 1 to 10 is left out, and the set is kept', () => {
    const file = `${HEADER},RPE\n${row('100')},12\n${row('100')},0.5\n${row('100')},10\n`;
    const { sets, leftOut } = read(file);
    expect(sets.map(({ rpe }) => rpe)).toEqual([undefined, undefined, 10]);
    expect(leftOut).toEqual({ 'RPE values outside 1 to 10': 2 });
  });

  test('a value that the set can do without costs no set', () => {
    const rows = [
      `${row('100')},hard,`,
      `${row('100')},8,far`,
      `${row('100').replace(',L,', `,${'L'.repeat(40_000)},`)},8,`,
    ];
    const { sets, refused, leftOut } = read(`${HEADER},RPE,Distance (meters)\n${rows.join('\n')}\n`);
    expect(sets).toMatchObject([{ weight: sets[0]?.weight }, { rpe: 8 }, { rpe: 8 }]);
    expect(sets[2]).not.toHaveProperty('workout_title');
    expect(refused).toEqual([]);
    expect(leftOut).toEqual({
      'RPE values outside 1 to 10': 1,
      'distances that are not numbers': 1,
      'invalid values of workout_title': 1,
    });
  });

  test('a timed set with an impossible length is rejected', () => {
    const file = `${HEADER},Seconds\n${row('0', '0')},9999999\n`;
    expect(reasons(file)).toEqual(['line 2: its duration or distance is invalid']);
  });

  test('rows of empty cells are none', () => {
    const file = strong(row('100'), ',,,,,', row('90'), ',,,,,');
    expect(read(file)).toMatchObject({ refused: [], unplaced: 0 });
    expect(read(file).sets.map(kilograms)).toEqual([100, 90]);
  });
});

describe('units', () => {
  const unit = (name: string, weight = '10') =>
    `Date,Workout Name,Exercise Name,Set Order,Weight,Weight Unit,Reps\n2026-05-16 18:00,L,Squat,1,${weight},${name},5\n`;

  test.each(['kg', 'KG', 'kgs', 'kg.', 'kilograms', 'Kilogramm', 'кг', '公斤'])('%s is kilograms', (name) => {
    expect(read(unit(name), 'lb').sets.map(kilograms)).toEqual([10]);
  });

  test.each(['lb', 'LBS', 'lbs.', 'pound', 'pounds', 'Pfund', 'livres'])('%s is pounds', (name) => {
    expect(read(unit(name), 'kg').sets).toMatchObject([{ weight: 10 }]);
  });

  test.each(['st', '#', 'km', 'plates'])('%s is rejected, also with --unit', (name) => {
    expect(read(unit(name), 'kg')).toMatchObject({
      sets: [],
      refused: [{ reason: `the unit "${name}" of the weight is unknown` }],
    });
  });

  test('an unknown unit in the header is rejected', () => {
    expect(reasons(strong(row('100')).replace('(kg)', '(st)'))).toEqual([
      'line 2: the unit "st" of the weight is unknown',
    ]);
  });
});

describe('joined files', () => {
  const pounds = strong(row('110')).replace('(kg)', '(lbs)').replace('05-16', '05-17');

  test.each([
    ['with a byte order mark in the middle', `${strong(row('100'))}\uFEFF${pounds}`],
    ['with other separators', strong(row('100')) + pounds.replaceAll(',', ';')],
    ['with other line ends', strong(row('100')).replaceAll('\n', '\r\n') + pounds],
  ])('%s are read with both headers', (_what, file) => {
    expect(read(file).sets.map(({ weight }) => weight)).toEqual([expect.closeTo(220.46, 2), 110]);
  });

  test('without a line break between them lose only the row at the seam', () => {
    const file = `${strong(row('100'), row('101')).trimEnd()}${pounds}`;
    const { sets, refused } = read(file);
    expect(sets.map(({ weight }) => weight)).toEqual([expect.closeTo(220.46, 2), 110]);
    expect(refused).toMatchObject([{ place: 'line 3', reason: 'is joined to the header of another file' }]);
  });

  test('without a line break between them apply the second header, also in another language', () => {
    const french = (unit: string, weight: string) =>
      `Date,Nom,Durée,Exercice,Ordre,Poids (${unit}),Répétitions\n2026-05-1${weight.length} 18:00,L,1h,Squat,1,${weight},5`;
    const { sets, refused } = read(
      `${french('kg', '99')}${french('lbs', '110')}`.replace(
        ',99,5',
        ',99,5\n2026-05-11 18:00,L,1h,Squat,1,90,5',
      ),
    );
    expect(sets.map(({ weight }) => weight)).toEqual([expect.closeTo(218.26, 2), 110]);
    expect(refused).toHaveLength(1);
  });

  test('have headers with empty names at the end, as Excel writes them', () => {
    const file = [
      `${HEADER},`,
      `${row('100')},`,
      `${HEADER.replace('kg', 'lbs')},,`,
      `${row('110').replace('05-16', '05-17')},,`,
    ];
    expect(read(file.join('\n')).sets.map(({ weight }) => weight)).toEqual([expect.closeTo(220.46, 2), 110]);
  });

  test('of two apps are both read', () => {
    const hevy =
      'title,start_time,exercise_title,set_type,weight_kg,reps\nA,"18 May 2026, 18:00",Row,normal,50,8\n';
    const { format, sets } = read(strong(row('100')) + hevy);
    expect(format).toBe('Strong, Hevy');
    expect(sets.map(({ source }) => source)).toEqual(['Strong', 'Hevy']);
  });

  test('count a workout that is in both once, as in the last', () => {
    const { sets, leftOut } = read(strong(row('100'), row('100')) + strong(row('105')));
    expect(sets.map(kilograms)).toEqual([105]);
    expect(leftOut).toEqual({ 'sets that the file repeats further down': 2 });
  });
});

describe('assistance', () => {
  test.each([
    'Pull Up (Assisted)',
    'Traction (assistée)',
    'Dominada (Asistida)',
    'Trazioni (Assistite)',
    'Barra fixa (Assistida)',
    'Klimmzug (Unterstützt)',
    'Podciąganie (wspomagane)',
    'Подтягивания (с поддержкой)',
    '懸垂（アシスト）',
    'Pull Up (Machine Assisted)',
    'Assisted Pull Up',
    'Nordic Curl [Assisted]',
    'Klimmzug (mit Unterstützung)',
  ])('%s lifts no load', (exercise) => {
    expect(read(strong(row('25', '8', exercise))).sets).toMatchObject([
      { weight: 0, assistance: expect.closeTo(25 * POUNDS_PER_KILOGRAM, 3) },
    ]);
  });

  test.each(['Row (Chest Supported)', 'Rudern (Brust unterstützt)', 'Assault Bike'])(
    '%s lifts its load',
    (exercise) => {
      expect(read(strong(row('25', '8', exercise))).sets.map(kilograms)).toEqual([25]);
    },
  );
});

describe('other apps', () => {
  test('FitNotes has times, distances and the unit of each row', () => {
    const file = [
      'Date,Exercise,Category,Weight,Weight Unit,Reps,Distance,Distance Unit,Time,Comment',
      '2026-05-17,Bench,Chest,80,kgs,5,,,,',
      '2026-05-17,Plank,Abs,0,kgs,0,,,0:01:30,',
      '2026-05-17,Run,Cardio,,,,5.0,km,0:25:00,',
      '2026-05-17,Row,Cardio,,,,5.0,leagues,0:25:00,',
      '2026-05-17,Row,Cardio,,,,5.0,,0:25:00,',
    ].join('\n');
    const { sets, leftOut } = read(file);
    expect(totalsOf({ sets })).toEqual({ sets: 1, kilograms: 400 });
    expect(sets.slice(1)).toMatchObject([
      { exercise: 'Plank', duration_s: 90 },
      { exercise: 'Run', duration_s: 1500, distance_m: 5000 },
      { exercise: 'Row', duration_s: 1500 },
      { exercise: 'Row', duration_s: 1500 },
    ]);
    expect(leftOut).toEqual({ 'distances without a known unit': 2 });
  });

  test('FitNotes without a unit needs one', () => {
    const file = 'Date,Exercise,Category,Weight,Reps\n17/05/2026,Bench,Chest,80,5\n';
    expect(() => read(file)).toThrow(/--unit kg or --unit lb/);
    expect(read(file, 'lb').sets).toMatchObject([{ weight: 80, workout_local_start: '2026-05-17T12:00:00' }]);
  });

  test('Liftosaur has warm-ups, planned sets and RPE', () => {
    const header =
      'Workout DateTime,Program,Day Name,Exercise,Is Warmup Set?,Required Reps,Completed Reps,Is AMRAP?,Required RPE,Completed RPE,Log RPE?,Required Weight Value,Required Weight Unit,Completed Weight Value,Completed Weight Unit,Ask Weight?,Completed Reps Time,Target Muscles,Synergist Muscles,Notes';
    const set = (warmUp: string, reps: string, rpe: string) =>
      `2026-03-01T10:00:00.000Z,P,Day 1,Squat,${warmUp},5,${reps},0,,${rpe},0,225,lb,225,lb,0,2026-03-01T10:05:00.000Z,,,`;
    const { sets, leftOut } = read(
      [header, set('1', '5', ''), set('0', '5', '8'), set('0', '', '')].join('\n'),
    );
    expect(sets).toMatchObject([{ weight: 225, reps: '5', rpe: 8, workout_title: 'Day 1' }]);
    expect(leftOut).toEqual({ 'warm-up sets': 1, 'planned sets that were not done': 1 });
  });

  test('Hevy has the end of the workout, also after midnight, distances and times', () => {
    const file =
      'title,start_time,end_time,exercise_title,set_type,weight_lbs,reps,distance_miles,duration_seconds,rpe\n' +
      'Run,"3 Oct 2026, 23:50","4 Oct 2026, 00:40",Treadmill,normal,,,3.1,1500,\n' +
      'Run,"3 Oct 2026, 23:50","4 Oct 2026, 00:40",Squat,normal,225,5,,,8.5\n';
    expect(read(file).sets).toMatchObject([
      { reps: '0', duration_s: 1500, distance_m: 4988.97, workout_duration_s: 3000 },
      { reps: '5', rpe: 8.5, workout_duration_s: 3000, workout_local_start: '2026-10-03T23:50:00' },
    ]);
  });

  test.each([
    ['Jefit', '### WORKOUT SESSIONS ###\n_id,total_time\n'],
    ['Jefit', '_id,ename,logs,mydate\n1,Squat,100x5,2026-05-01\n'],
    [
      'StrongLifts',
      'Date (yyyy/mm/dd),Workout,Workout Name,Program Name,Body Weight (KG),Exercise,Sets & Reps\n',
    ],
    [
      'Garmin',
      'Activity Type,Date,Favorite,Title,Distance,Calories,Time,Avg HR\nStrength,2026-05-01 10:00:00,false,A,0,1,2,3\n',
    ],
    ['Apple Health', '<?xml version="1.0" encoding="UTF-8"?>\n<!DOCTYPE HealthData [\n'],
  ])('an export of %s is rejected by its name', (app, file) => {
    expect(() => read(file)).toThrow(
      `it is from ${app}, which is not supported: use an export of Hevy, Strong, FitNotes or Liftosaur (CSV) or GainsIQ (JSON)`,
    );
  });

  test.each([
    'Date,Workout,Exercise,Set,Reps,Weight\n2026-05-16 18:00,Legs,Squat,1,5,100\n',
    'Datum,Training,Übung,Satz,Wdh.,Gewicht,Einheit\n2026-05-16 18:00,Beine,Kniebeuge,1,5,100,lb\n',
  ])('another app whose repetitions are before the weight is rejected: %s', (file) => {
    expect(() => read(file, 'kg')).toThrow(/^it is not an export of /);
  });

  test('a table that only looks like one of workouts is rejected', () => {
    expect(() => read('name,when,place,a,b,c\nx,2026-05-16 18:00,home,1,2,3\n')).toThrow(
      /^it is not an export of /,
    );
  });
});

test('a row with a character that was lost before is rejected', () => {
  expect(reasons(strong(row('100', '5', 'Bankdr\uFFFDcken')))).toEqual([
    'line 2: a character was lost before (U+FFFD): export the file again',
  ]);
});

test.each([
  ['3900', 3900],
  ['1h 5m', 3900],
  ['35m', 2100],
  ['1 Std. 5 Min.', 3900],
  ['45s', 45],
  ['1:05:00', 3900],
  ['1 ч 5 мин', 3900],
  ['soon', undefined],
])('a workout of %s lasts %s seconds', (text, seconds) => {
  const file = `${HEADER},Duration\n${row('100')},${text}\n`;
  expect(read(file).sets[0]?.workout_duration_s).toBe(seconds);
});
