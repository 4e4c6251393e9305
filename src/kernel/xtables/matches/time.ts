/** How time is written and printed; what it does is in time-of.ts. */
import { problem } from '../error.ts'
import type { Match, OptionCall } from '../extension.ts'
import { flag, option, text } from '../option.ts'
import { dateOf, secondsOf, time_mt } from './time-of.ts'

/** Linux: struct xt_time_info. Dates are seconds since 1970, times of day seconds since midnight. */
export interface TimeData {
  dateStart: number
  dateStop: number
  start: number
  stop: number
  /** Bit n: day n of the month, 1 to 31. */
  monthdays: number
  /** Bit n: day n of the week, Monday is 1. */
  weekdays: number
  local: boolean
  contiguous: boolean
}

const ALL_MONTHDAYS = 0xfffffffe
const ALL_WEEKDAYS = 0xfe
const LAST_DATE = 0x7fffffff
const LAST_TIME = 86399
const DAYS = ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun']

/** What strtoul makes of the beginning of a text: no digits are 0. Null: not between the bounds. */
function leadingNumber(text: string, min: number, max: number): { value: number; rest: string } | null {
  const [all, digits] = /^\s*\+?(\d+)/.exec(text) ?? ['', '0']
  const value = Number(digits)
  return value >= min && value <= max ? { value, rest: text.slice(all.length) } : null
}

/** `hh:mm[:ss]`. Linux: time_parse_minutes */
function minutes(arg: string): number {
  const bad = (rest: string): never =>
    problem(`invalid time "${rest}" specified, should be hh:mm[:ss] format and within the boundaries`)
  const hour = leadingNumber(arg, 0, 23) ?? bad(arg)
  if (!hour.rest.startsWith(':')) return bad(arg)
  const at = hour.rest.slice(1)
  const minute = leadingNumber(at, 0, 59) ?? bad(at)
  if (minute.rest === '') return hour.value * 3600 + minute.value * 60
  if (!minute.rest.startsWith(':')) return bad(at)
  const last = minute.rest.slice(1)
  const second = leadingNumber(last, 0, 59) ?? bad(last)
  return second.rest === '' ? hour.value * 3600 + minute.value * 60 + second.value : bad(last)
}

/** Parts of a date: what stands before each, its bounds, and what it is where it is missing. */
const PARTS: readonly { before: string; min: number; max: number; missing: number }[] = [
  { before: '', min: 1970, max: 2038, missing: 0 },
  { before: '-', min: 0, max: 12, missing: 1 },
  { before: '-', min: 0, max: 31, missing: 1 },
  { before: 'T', min: 0, max: 23, missing: 0 },
  { before: ':', min: 0, max: 59, missing: 0 },
  { before: ':', min: 0, max: 59, missing: 0 },
]

/** `YYYY[-MM[-DD[Thh[:mm[:ss]]]]]`. Linux: time_parse_date */
function date(arg: string): number {
  const bad = (): never => problem(`Invalid date "${arg}" specified. Should be YYYY[-MM[-DD[Thh[:mm[:ss]]]]]`)
  const values = PARTS.map((part) => part.missing)
  let rest = arg
  for (const [i, { before, min, max }] of PARTS.entries()) {
    if (i > 0 && rest === '') break
    const n = rest.startsWith(before) ? leadingNumber(rest.slice(before.length), min, max) : null
    if (!n) return bad()
    values[i] = n.value
    rest = n.rest
  }
  if (rest !== '') return bad()
  const [year, month, day, hour, minute, second] = values
  return secondsOf(year, month, day) + hour * 3600 + minute * 60 + second
}

/** The words of a list, as far as so many letters; a comma at its end ends it. */
function listed(list: string, letters: number): string[] {
  const words = list.split(',').map((w) => w.slice(0, letters))
  if (words[words.length - 1] === '') words.pop()
  return words
}

function monthdays(list: string): number {
  let mask = 0
  for (const word of listed(list, 2)) {
    const n = leadingNumber(word, 0, 31)
    if (n?.rest !== '') problem(`${word} is not a valid day for --monthdays`)
    mask = (mask | (1 << n.value)) >>> 0
  }
  return mask
}

function weekdays(list: string): number {
  let mask = 0
  for (const word of listed(list, 3)) {
    const n = leadingNumber(word, 0, 0xffffffff)
    if (n?.rest === '') {
      if (n.value === 0) problem('No, the week does NOT begin with Sunday.')
      if (n.value <= 7) mask |= 1 << n.value
      continue
    }
    const at = DAYS.findIndex((name) => name === word || name.slice(0, 2) === word)
    if (at < 0) problem(`${word} is not a valid day specifier`)
    mask |= 1 << (at + 1)
  }
  return mask
}

function clock(seconds: number): string {
  return [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60]
    .map((n) => String(n).padStart(2, '0'))
    .join(':')
}

function dateText(seconds: number, separator: string): string {
  const d = dateOf(seconds)
  const two = (n: number): string => String(n).padStart(2, '0')
  return `${String(d.year).padStart(4, '0')}-${two(d.month)}-${two(d.day)}${separator}${clock(seconds % 86400)}`
}

/** The letters that English puts after the last digit of the number. */
function ordinal(n: number): string {
  return `${n}${['th', 'st', 'nd', 'rd'][n % 10] ?? 'th'}`
}

function days(mask: number): number[] {
  return Array.from({ length: 31 }, (_, i) => i + 1).filter((n) => mask & (1 << n))
}

function weekdayNames(mask: number): string {
  return DAYS.filter((_, i) => mask & (1 << (i + 1))).join(',')
}

function inverted(mask: number, all: number, call: OptionCall): number {
  return (call.invert ? mask ^ all : mask) >>> 0
}

function save(d: TimeData): string {
  let out = ''
  if (d.start !== 0 || d.stop !== LAST_TIME)
    out += ` --timestart ${clock(d.start)} --timestop ${clock(d.stop)}`
  if (d.monthdays !== ALL_MONTHDAYS) out += ` --monthdays ${days(d.monthdays).join(',')}`
  if (d.weekdays !== ALL_WEEKDAYS) out += ` --weekdays ${weekdayNames(d.weekdays)}`
  if (d.dateStart !== 0) out += ` --datestart ${dateText(d.dateStart, 'T')}`
  out += ` --datestop ${dateText(d.dateStop, 'T')}`
  return out + (d.local ? ' --kerneltz' : '') + (d.contiguous ? ' --contiguous' : '')
}

function print(d: TimeData): string {
  let out = ' TIME'
  if (d.start !== 0 || d.stop !== LAST_TIME) out += ` from ${clock(d.start)} to ${clock(d.stop)}`
  if (d.weekdays !== ALL_WEEKDAYS) out += ` on ${weekdayNames(d.weekdays)}`
  if (d.monthdays !== ALL_MONTHDAYS) out += ` on ${days(d.monthdays).map(ordinal).join(',')}`
  if (d.dateStart !== 0) out += ` starting from ${dateText(d.dateStart, ' ')}`
  if (d.dateStop !== LAST_DATE) out += ` until date ${dateText(d.dateStop, ' ')}`
  return out + (d.local ? '' : ' UTC') + (d.contiguous ? ' contiguous' : '')
}

/** Match by date and time of day. Linux: net/netfilter/xt_time.c time_mt; iptables: extensions/libxt_time.c */
export const time: Match<TimeData> = {
  name: 'time',
  init: () => ({
    dateStart: 0,
    dateStop: LAST_DATE,
    start: 0,
    stop: LAST_TIME,
    monthdays: ALL_MONTHDAYS,
    weekdays: ALL_WEEKDAYS,
    local: false,
    contiguous: false,
  }),
  options: [
    option<TimeData, string>('datestart', text, (d, v) => void (d.dateStart = date(v))),
    option<TimeData, string>('datestop', text, (d, v) => void (d.dateStop = date(v))),
    option<TimeData, string>('timestart', text, (d, v) => void (d.start = minutes(v))),
    option<TimeData, string>('timestop', text, (d, v) => void (d.stop = minutes(v))),
    flag('contiguous', (d) => void (d.contiguous = true)),
    option<TimeData, string>(
      'weekdays',
      text,
      (d, v, call) => void (d.weekdays = inverted(weekdays(v), ALL_WEEKDAYS, call)),
      { invert: true },
    ),
    option<TimeData, string>(
      'monthdays',
      text,
      (d, v, call) => void (d.monthdays = inverted(monthdays(v), ALL_MONTHDAYS, call)),
      { invert: true },
    ),
    flag(
      'localtz',
      (d, call) => {
        call.warn(
          'WARNING: --localtz is being replaced by --kerneltz, since "local" is ambiguous. Note the kernel timezone has caveats - see manpage for details.\n',
        )
        d.local = true
      },
      { excludes: ['utc'] },
    ),
    flag('utc', () => undefined, { excludes: ['kerneltz'] }),
    flag('kerneltz', (d) => void (d.local = true), { excludes: ['utc'] }),
  ],
  finalCheck(d) {
    if (d.contiguous && d.start < d.stop)
      problem('time: --contiguous only makes sense when stoptime is smaller than starttime')
  },
  save,
  print,
  match: time_mt,
}
