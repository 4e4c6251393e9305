/** A text as iptables-save writes it. Linux: iptables, libxtables/xtables.c xtables_save_string */

/** In double quotes, unless it is all letters, digits, `_` and `-`; a backslash before quotes and backslashes. */
export function quote(text: string): string {
  return /^[\w-]+$/.test(text) ? text : `"${text.replace(/["\\']/g, '\\$&')}"`
}
