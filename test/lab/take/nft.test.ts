import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { toNft } from '../../../src/lab/take/nft/nft.ts'

interface Recorded {
  chains: { saved: string; nft: string[] }
  rules: { table: string; rule: string; nft: string | null }[]
}

const recorded = JSON.parse(
  readFileSync(new URL('../../recorded/nft.json', import.meta.url), 'utf8'),
) as Recorded

/** What iptables-restore-translate writes, and we do not: because it means another thing, or because we leave it out. */
const DECLINED: readonly [why: string, rule: RegExp][] = [
  ['a negation is lost', /^-A \S+ ! -f|-m udp ! --dport \d+$|! --ctstate [SD]NAT|! --cluster/],
  [
    'the half of it is lost',
    /--ctstate NEW,SNAT|--ctstatus NONE|--src-type UNICAST --dst-type|! --src-group 0x5 --dst/,
  ],
  ['it is said of IPv6', /-j TOS /],
  ['packets become ones for this host', /-m cluster/],
  ['ports are said of TCP, whatever the rule is about', /^(?!.*-p tcp).*--hashlimit-mode \S*port/],
  [
    'not translated here',
    /-m (time|ecn --ecn-tcp|ecn ! --ecn-tcp)|--mode random|--src-group 0x4\/0x4|--label "5" --set|--nfmask 0xf /,
  ],
]

const chain = (rule: string): string => rule.split(' ')[1]

describe('nft, as iptables-restore-translate writes it', () => {
  test('chains with their types, hooks, priorities and policies', () => {
    expect(toNft(recorded.chains.saved).text.trim().split('\n')).toEqual(recorded.chains.nft)
  })

  test('every rule that a recording has', () => {
    const different: unknown[] = []
    let same = 0
    for (const { table, rule, nft } of recorded.rules) {
      const { text, left } = toNft(`*${table}\n${rule}\nCOMMIT\n`)
      const mine = text.split('\n').find((line) => line.startsWith('add rule')) ?? null
      const declined = DECLINED.some(([, which]) => which.test(rule))
      if (mine === nft) same++
      else if (mine !== null || !declined) different.push({ rule, nft, mine })
      expect(left.length).toBe(mine === null ? 1 : 0)
      if (mine !== null) expect(mine.split(' ')[4]).toBe(chain(rule))
    }
    expect(different).toEqual([])
    expect(same).toBeGreaterThan(740)
  })

  test('what cannot be said is named with its line, and stays as a remark', () => {
    const saved =
      '*filter\n:FORWARD ACCEPT [0:0]\n-A FORWARD -m u32 --u32 "0x6&0xff=0x11" -j DROP\n-A FORWARD -j DROP\nCOMMIT\n'
    const { text, left } = toNft(saved)
    expect(left).toEqual([{ line: 3, text: '-A FORWARD -m u32 --u32 "0x6&0xff=0x11" -j DROP' }])
    expect(text).toContain('# -t filter -A FORWARD -m u32 --u32 "0x6&0xff=0x11" -j DROP \n')
    expect(text).toContain('add rule ip filter FORWARD counter drop\n')
  })
})
