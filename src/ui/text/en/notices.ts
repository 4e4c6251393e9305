/** What went wrong, and what of the address could not be used. */
export const notices = {
  address: {
    long: 'The address is too long. The lab opens as usual.',
    unknown: (p: { name: string; value: string }) =>
      `The address names “${p.name}”, which this page does not know.`,
    bad: (p: { name: string; value: string }) =>
      `“${p.value}” cannot be used for “${p.name}”. It is ignored.`,
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
    internal: (p: { detail: string }) => `The simulator has a fault: ${p.detail}`,
  },
}
