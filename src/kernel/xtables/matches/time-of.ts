/** Dates as the match `time` counts them. Linux: net/netfilter/xt_time.c */
import type { Kernel } from '../../kernel.ts'
import type { Skb } from '../../skb.ts'
import type { TimeData } from './time.ts'

/** The lab begins at midnight of the 23rd of November 2026, which is a Monday. */
const LAB_BEGINS = secondsOf(2026, 11, 23)

function leap(year: number): boolean {
  return (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0
}

function daysIn(month: number, year: number): number {
  if (month === 2) return leap(year) ? 29 : 28
  return [4, 6, 9, 11].includes(month) ? 30 : 31
}

/**
 * Seconds since 1970 at midnight of a day. As mktime(3) has it, a day too many runs into the next month, month 0 is the
 * December before, and day 0 the last day of the month before.
 */
export function secondsOf(year: number, month: number, day: number): number {
  if (month === 0) return secondsOf(year - 1, 12, day)
  let days = day - 1
  for (let y = 1970; y < year; y++) days += leap(y) ? 366 : 365
  for (let m = 1; m < month; m++) days += daysIn(m, year)
  return days * 86400
}

export function dateOf(seconds: number): { year: number; month: number; day: number } {
  let days = Math.floor(seconds / 86400)
  let year = 1970
  for (; days >= (leap(year) ? 366 : 365); year++) days -= leap(year) ? 366 : 365
  let month = 1
  for (; days >= daysIn(month, year); month++) days -= daysIn(month, year)
  return { year, month, day: days + 1 }
}

/** Linux: time_mt. A span over midnight belongs to the day on which it begins, if it is contiguous. */
export function time_mt(k: Kernel, _skb: Skb, d: TimeData): boolean {
  let stamp = LAB_BEGINS + Math.floor(k.now / 1_000_000)
  if (stamp < d.dateStart || stamp > d.dateStop) return false
  const daytime = stamp % 86400
  if (d.start < d.stop) {
    if (daytime < d.start || daytime > d.stop) return false
  } else {
    if (daytime < d.start && daytime > d.stop) return false
    if (d.contiguous && daytime < d.stop) stamp -= 86400
  }
  // 1970 began on a Thursday.
  const weekday = ((Math.floor(stamp / 86400) + 3) % 7) + 1
  if (!(d.weekdays & (1 << weekday))) return false
  return (d.monthdays & (1 << dateOf(stamp).day)) !== 0
}
