/** How a feature says which recordings hold it. */
import type { Scenario } from './evidence.ts'

export interface FeatureRule {
  id: string
  code?: string
  inert?: true
  /** The file that does it, from src/ on; `file.ts name` for the declaration whose docstring names Linux' function. */
  model: string[]
  /** Where in Linux, where that is not what a docstring of the model says. */
  linux?: string
  /** Would this scenario notice if the feature were different? Asked of the scenario and its recording, never of its name. */
  held?: (s: Scenario) => boolean
  /** How it is written in a .t line. */
  line?: RegExp
  /** How it is written in a recorded command line. */
  command?: RegExp
  /** Test files that hold it besides, or instead. */
  tests?: string[]
}

export interface SectionRule {
  id: string
  features: FeatureRule[]
}
