/**
 * The model card: what is modelled, what holds each part of it to the kernel, and what is left out. This is the data that
 * the page `What is modelled` draws; make.ts works it out from the source and from the recordings, so no number in it is
 * written by hand. Names of features are ids here; what they are called is said in src/ui/text.
 */
export interface Card {
  /** Versions that the recordings name: what the model is compared with. */
  linux: string
  scenarios: ScenarioTitle[]
  /** Packets in all scenarios, answers of the recorded host included. */
  packets: number
  /** Lines of the .t files, each judged by the real iptables. */
  lines: number
  /** Command lines whose output was recorded from the real programs. */
  commands: number
  sections: Section[]
  /** Extensions that iptables 1.8.9 knows and the model does not. */
  missing: { matches: string[]; targets: string[] }
}

export interface ScenarioTitle {
  name: string
  title: string
}

export interface Section {
  id: string
  features: Feature[]
  /** What the source itself says is left out, where it says so. */
  leftOut: LeftOut[]
}

export interface Feature {
  /** Unique, and the key of its words: `path.forward`; `match.multiport`. */
  id: string
  /** What it is called in Linux, where that needs no translation: `-m multiport`, `net.ipv4.ip_forward`. */
  code?: string
  /** There by name only: it can be read and written and changes nothing. */
  inert?: true
  /** Files of the model, from src/ on. */
  model: string[]
  /** Files and functions of Linux, as the source names them. */
  linux: string
  /** Indices into Card.scenarios: the recordings that would notice if this were different. */
  scenarios: number[]
  /** Lines of .t files and recorded command lines about it. */
  lines: number
  commands: number
  /** Test files that hold it, where it has no scenario. */
  tests: string[]
}

export interface LeftOut {
  file: string
  text: string
}
