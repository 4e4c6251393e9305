/** The course around a lesson: its list, what is found, the glossary, the progress that is kept. */
export const course = {
  check: 'Check',
  found: (p: { text: string }) => `✓ ${p.text}: that is it.`,
  notFound: (p: { text: string }) => `✗ “${p.text}” is not what the lab says.`,
  all: 'All lessons',
  title: 'The course',
  words:
    'From “why NAT” to “why 14,116”: the article’s story, done by hand, and then what goes wrong in practice. Begin where you like; each lesson stands on its own.',
  here: 'open now',
  steps: (p: { done: number; of: number }) => `${p.done} of ${p.of}`,
  done: 'done',
  nextLesson: (p: { title: string }) => `Next lesson: ${p.title}`,
  back: 'Back to the lesson',
  par: (p: { used: number; par: number }) =>
    p.used <= p.par
      ? `${p.used === 1 ? 'One command' : `${p.used} commands`}: it takes no fewer.`
      : `You used ${p.used} commands; ${p.par === 1 ? 'one is' : `${p.par} are`} enough.`,
  glossary: 'Glossary',
  unknownTerm: (p: { term: string }) => `The glossary does not have “${p.term}”.`,
  close: 'Close',
  noMoment: {
    first: 'Nothing has happened in this lab yet.',
    last: 'Nothing has happened in this lab yet.',
    drop: 'Nothing has been dropped yet.',
    rewrite: 'Nothing has been rewritten yet.',
  },
  keep: 'Your progress',
  kept: 'It is kept in this browser only.',
  notKept: 'This page may not keep anything here: copy the code if you want to go on later.',
  code: 'Progress code',
  codeWords: 'This code is your progress. Paste it on another machine to go on there.',
  take: 'Use this code',
  badCode: 'That is no progress code: nothing has been changed.',
  taken: 'Taken over.',
  save: 'Save as a file',
  load: 'From a file',
  forget: 'Forget it all',
  forgetSure: 'Really forget all progress',
  certificate: 'Certificate',
  certificateWords: (p: { lessons: number; steps: number }) =>
    `has done ${p.lessons === 1 ? 'one lesson' : `${p.lessons} lessons`} with ${p.steps} steps of the course on NAT and connection tracking in Linux:`,
  certificateName: 'Your name',
  certificateNone: 'A lesson has to be done first.',
  print: 'Print',
}
