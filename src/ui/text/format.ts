/** How a language writes numbers and chooses between its plural forms. */

/** The forms a language has: English one and other, Chinese other. `other` is always there. */
export type Forms = Partial<Record<Intl.LDMLPluralRule, string>> & { other: string }

export interface Format {
  /** 65536 -> 65,536 */
  number: (n: number, digits?: number) => string
  /** 0.18 -> 18% */
  percent: (share: number) => string
  /** Bytes in the unit that fits: 1424576 -> 1.4 MB. Powers of 1000, as the article counts. */
  bytes: (n: number) => string
  /** Lab time in the unit that fits: microseconds in, `1.204 ms` or `2.5 s` out. */
  time: (us: number) => string
  /** `#` in the form stands for the number. */
  plural: (n: number, forms: Forms) => string
}

export function formatOf(locale: string): Format {
  const byDigits = new Map<number, Intl.NumberFormat>()
  const rules = new Intl.PluralRules(locale)
  const percents = new Intl.NumberFormat(locale, { style: 'percent', maximumFractionDigits: 0 })
  const number = (n: number, digits = 0): string => {
    let f = byDigits.get(digits)
    if (f === undefined) {
      f = new Intl.NumberFormat(locale, { minimumFractionDigits: digits, maximumFractionDigits: digits })
      byDigits.set(digits, f)
    }
    return f.format(n)
  }
  return {
    number,
    percent: (share) => percents.format(share),
    bytes: (n) =>
      n < 1e3
        ? `${number(n)} B`
        : n < 1e6
          ? `${number(n / 1e3, 1)} kB`
          : n < 1e9
            ? `${number(n / 1e6, 1)} MB`
            : `${number(n / 1e9, 1)} GB`,
    time: (us) =>
      us < 1e3
        ? `${number(us)} µs`
        : us < 1e6
          ? `${number(us / 1e3, 3)} ms`
          : us < 60e6
            ? `${number(us / 1e6, 3)} s`
            : `${number(Math.floor(us / 60e6))} min ${number((us % 60e6) / 1e6)} s`,
    plural: (n, forms) => (forms[rules.select(n)] ?? forms.other).replaceAll('#', number(n)),
  }
}
