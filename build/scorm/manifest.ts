/** imsmanifest.xml: what a learning management system reads of a package. One thing to be started, and the files it is made of. */
import { el, render, type Element } from '../print/tree.ts'
import type { Subject } from './state.ts'

export type Edition = '1.2' | '2004'

const SPACES: Readonly<Record<Edition, Record<string, string>>> = {
  '1.2': {
    xmlns: 'http://www.imsproject.org/xsd/imscp_rootv1p1p2',
    'xmlns:adlcp': 'http://www.adlnet.org/xsd/adlcp_rootv1p2',
  },
  '2004': {
    xmlns: 'http://www.imsglobal.org/xsd/imscp_v1p1',
    'xmlns:adlcp': 'http://www.adlnet.org/xsd/adlcp_v1p3',
    'xmlns:adlseq': 'http://www.adlnet.org/xsd/adlseq_v1p3',
    'xmlns:adlnav': 'http://www.adlnet.org/xsd/adlnav_v1p3',
    'xmlns:imsss': 'http://www.imsglobal.org/xsd/imsss',
  },
}

export function manifest(subject: Subject, edition: Edition, files: readonly string[]): string {
  const kind = edition === '1.2' ? 'adlcp:scormtype' : 'adlcp:scormType'
  const root: Element = el(
    'manifest',
    { identifier: `netfilter-lab-${subject.id}`, version: '1.0', ...SPACES[edition] },
    el(
      'metadata',
      {},
      el('schema', {}, 'ADL SCORM'),
      el('schemaversion', {}, edition === '1.2' ? '1.2' : '2004 3rd Edition'),
    ),
    el(
      'organizations',
      { default: 'course' },
      el(
        'organization',
        { identifier: 'course' },
        el('title', {}, subject.title),
        el('item', { identifier: 'item', identifierref: 'lab' }, el('title', {}, subject.title)),
      ),
    ),
    el(
      'resources',
      {},
      el(
        'resource',
        { identifier: 'lab', type: 'webcontent', [kind]: 'sco', href: 'index.html' },
        files.map((href) => el('file', { href })),
      ),
    ),
  )
  return `<?xml version="1.0" encoding="UTF-8"?>\n${render(root)}\n`
}
