/** The classes of DiffServ. Linux: iptables, extensions/dscp_helper.c */
import { problem } from './error.ts'

export const DSCP_CLASSES: Readonly<Record<string, number>> = {
  CS0: 0,
  CS1: 8,
  CS2: 16,
  CS3: 24,
  CS4: 32,
  CS5: 40,
  CS6: 48,
  CS7: 56,
  BE: 0,
  AF11: 10,
  AF12: 12,
  AF13: 14,
  AF21: 18,
  AF22: 20,
  AF23: 22,
  AF31: 26,
  AF32: 28,
  AF33: 30,
  AF41: 34,
  AF42: 36,
  AF43: 38,
  EF: 46,
}

/**
 * The code point of a class, whatever the case of its letters. What comes behind the name of a class is not looked at:
 * AF11x is AF11. Linux: class_to_dscp
 */
export function dscpClass(name: string): number {
  const upper = name.toUpperCase()
  const found = Object.keys(DSCP_CLASSES).find((one) => upper.startsWith(one))
  return found === undefined ? problem(`Invalid DSCP value \`${name}'`) : DSCP_CLASSES[found]
}
