/** The frame of the page: header, panes, notices. */
export const page = {
  name: 'Netfilter Lab',
  title: 'Netfilter Lab: see a packet cross Linux NAT',
  skip: 'Skip to the picture',
  skipTerminal: 'Skip to the terminal',
  lesson: 'Lesson',
  sandbox: 'Sandbox',
  mode: 'Mode',
  language: 'Language',
  /** Shown on the switch: the other language, in its own words. */
  otherLanguage: '中文',
  switchLanguage: 'Read this page in Chinese',
  theme: 'Theme',
  themes: { auto: 'as the system', light: 'light', dark: 'dark' },
  themeIs: (p: { theme: string }) => `Theme: ${p.theme}`,
  model: 'What is modelled',
  help: 'Help',
  close: 'Close',
  loading: 'Opening the lab …',
  regions: {
    words: 'Lesson and journey',
    terminal: 'Terminal',
    table: 'Table, knobs and drops',
  },
  panes: {
    road: 'Road',
    lesson: 'Lesson',
    journey: 'Journey',
    table: 'Table',
    knobs: 'Knobs',
    drops: 'Drops',
    profile: 'Profile',
    terminal: 'Terminal',
  },
  roomy: 'A larger terminal',
  notices: {
    long: 'The address is too long. The lab opens as it always does.',
    unknown: (p: { name: string; value: string }) =>
      `The address names “${p.name}”, which this page does not know.`,
    bad: (p: { name: string; value: string }) =>
      `“${p.value}” cannot be used for “${p.name}”. It is as if nothing had been said.`,
    unused: (p: { name: string; value: string }) =>
      `“${p.name}=${p.value}” is not used: the lesson brings its own lab.`,
    clamped: (p: { name: string; value: string; used: string }) =>
      `“${p.name}=${p.value}” is out of range; ${p.used} is used.`,
  },
  mainThread: 'The simulator runs inside the page here, because no worker could be started.',
  failures: {
    'unknown-lab': (p: { detail: string }) => `There is no lab called “${p.detail}”.`,
    'unknown-host': (p: { detail: string }) => `There is no host called “${p.detail}”.`,
    'bad-request': (p: { detail: string }) => `The simulator could not do that: ${p.detail}`,
    internal: (p: { detail: string }) => `The simulator made a mistake of its own: ${p.detail}`,
  },
}
