import { expect, test } from 'vitest'
import { parsePage } from '../../build/markdown.ts'

test('a heading keeps its id apart from its title, which is free to be translated', () => {
  expect(parsePage('## 第一个包 {#first}\n\n### Plain')).toEqual([
    { type: 'heading', depth: 2, id: 'first', text: ['第一个包'] },
    { type: 'heading', depth: 3, text: ['Plain'] },
  ])
})

test('a paragraph is a tree of strings and marks', () => {
  expect(parsePage('Run `iptables -L`, *then* [**read**](https://example.org/ "t") &lt;it&gt; \\*.')).toEqual(
    [
      {
        type: 'paragraph',
        text: [
          'Run ',
          { type: 'code', code: 'iptables -L' },
          ', ',
          { type: 'em', text: ['then'] },
          ' ',
          {
            type: 'link',
            href: 'https://example.org/',
            title: 't',
            text: [{ type: 'strong', text: ['read'] }],
          },
          ' <it> ',
          '*',
          '.',
        ],
      },
    ],
  )
})

test('lists, code, quotes, tables and rules keep their shape', () => {
  expect(parsePage('3. one\n4. two\n\n- [x] done\n')).toEqual([
    {
      type: 'list',
      ordered: true,
      start: 3,
      items: [{ blocks: [{ type: 'text', text: ['one'] }] }, { blocks: [{ type: 'text', text: ['two'] }] }],
    },
    {
      type: 'list',
      ordered: false,
      start: 1,
      items: [{ checked: true, blocks: [{ type: 'text', text: ['done'] }] }],
    },
  ])
  expect(
    parsePage('```sh on gw\nconntrack -L <\n```\n\n> said\n\n---\n\n| a | b |\n|---|--:|\n| 1 | `2` |\n'),
  ).toEqual([
    { type: 'code', lang: 'sh on gw', code: 'conntrack -L <' },
    { type: 'quote', blocks: [{ type: 'paragraph', text: ['said'] }] },
    { type: 'rule' },
    {
      type: 'table',
      align: [null, 'right'],
      head: [['a'], ['b']],
      rows: [[['1'], [{ type: 'code', code: '2' }]]],
    },
  ])
})

test('a comment is for the author; other HTML, and a link that runs something, stop the build', () => {
  expect(parsePage('<!-- note -->\n\nword <!-- note --> word')).toEqual([
    { type: 'paragraph', text: ['word ', ' word'] },
  ])
  expect(() => parsePage('<b>bold</b>')).toThrow('no HTML')
  expect(() => parsePage('<script>alert(1)</script>')).toThrow('no HTML')
  expect(() => parsePage('[x](javascript:alert(1))')).toThrow('javascript')
  expect(() => parsePage('![x](data:text/html,x)')).toThrow('data')
})
