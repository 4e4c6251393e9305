/**
 * How an extension or the program says that a command line is wrong. Linux: iptables, libxtables/xtables.c
 * basic_exit_err: it never returns, so here it is thrown; the programs catch it at their outermost edge.
 */

/** The exit status of the program. Linux: iptables, enum xtables_exittype */
export type ExitType = 'PARAMETER_PROBLEM' | 'VERSION_PROBLEM' | 'OTHER_PROBLEM' | 'RESOURCE_PROBLEM'

export const EXIT_STATUS: Record<ExitType, number> = {
  OTHER_PROBLEM: 1,
  PARAMETER_PROBLEM: 2,
  VERSION_PROBLEM: 3,
  RESOURCE_PROBLEM: 4,
}

export class XtError extends Error {
  readonly type: ExitType

  constructor(text: string, type: ExitType = 'PARAMETER_PROBLEM') {
    super(text)
    this.type = type
  }
}

/** The command line is wrong. */
export function problem(text: string): never {
  throw new XtError(text)
}
