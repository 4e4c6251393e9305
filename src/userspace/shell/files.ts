/**
 * The files of a host: a flat map from absolute path to text, with /proc served by the kernel. Every file can be read
 * and written by everybody (the learner is root); links, owners, modes and times are left out.
 */
import type { FileError, Files } from '../program.ts'
import type { Call, Os } from './state.ts'
import { outOfSpace } from './fuel.ts'

/** Text a file can hold. */
const FILE_LIMIT = 64 * 1024 * 1024

/** What strerror(3) prints. */
export function errnoText(error: FileError): string {
  return {
    ENOENT: 'No such file or directory',
    EACCES: 'Permission denied',
    EISDIR: 'Is a directory',
    EINVAL: 'Invalid argument',
    ENOMEM: 'Cannot allocate memory',
    ENOTDIR: 'Not a directory',
  }[error.errno]
}

/** `path` from `cwd`, without `.`, `..` and double slashes. */
export function resolvePath(cwd: string, path: string): string {
  const parts: string[] = []
  for (const part of (path.startsWith('/') ? path : `${cwd}/${path}`).split('/')) {
    if (part === '..') parts.pop()
    else if (part !== '' && part !== '.') parts.push(part)
  }
  return `/${parts.join('/')}`
}

/** The files as a process with this working directory sees them. */
export function filesOf(call: Call, job: number, cwd: string): Files {
  return {
    read: (path) => readFile(call, resolvePath(cwd, path), path.endsWith('/')),
    rows: (path) => (path.endsWith('/') ? null : call.ctx.procfs.rows(resolvePath(cwd, path))),
    write: (path, text, append) => writeFile(call, job, resolvePath(cwd, path), text, append),
    exists: (path) => exists(call, resolvePath(cwd, path)),
    list: (dir) => list(call, resolvePath(cwd, dir)),
    remove: (path) => remove(call, resolvePath(cwd, path)),
    makeDir: (path, parents) => makeDir(call, resolvePath(cwd, path), parents),
  }
}

function readFile(call: Call, path: string, mustBeDir: boolean): string | FileError {
  if (isDevice(path)) return ''
  const kind = exists(call, path)
  if (kind === 'dir') return { errno: 'EISDIR' }
  if (mustBeDir && kind === 'file') return { errno: 'ENOTDIR' }
  if (inProc(path)) return call.ctx.procfs.read(path)
  return call.os.files.get(path) ?? { errno: belowFile(call.os, path) ? 'ENOTDIR' : 'ENOENT' }
}

function writeFile(call: Call, job: number, path: string, text: string, append: boolean): null | FileError {
  if (isDevice(path)) return null
  if (inProc(path)) return canOpen(call, path) ?? call.ctx.procfs.write(path, text)
  const error = canOpen(call, path)
  if (error) return error
  const old = append ? (call.os.files.get(path) ?? '') : ''
  if (old.length + text.length > FILE_LIMIT) throw outOfSpace(job)
  call.os.files.set(path, old + text)
  return null
}

function remove({ os }: Call, path: string): null | FileError {
  if (inProc(path) || isDevice(path) || path === '/' || path === '/dev') return { errno: 'EACCES' }
  const isIn = (other: string): boolean => other === path || other.startsWith(`${path}/`)
  for (const file of [...os.files.keys()].filter(isIn)) os.files.delete(file)
  for (const dir of [...os.dirs].filter(isIn)) os.dirs.delete(dir)
  return null
}

function makeDir(call: Call, path: string, parents: boolean): null | FileError {
  if (inProc(path)) return { errno: 'ENOENT' }
  if (belowFile(call.os, path)) return { errno: 'ENOTDIR' }
  if (!parents && exists(call, resolvePath(path, '..')) !== 'dir') return { errno: 'ENOENT' }
  call.os.dirs.add(path)
  return null
}

/** Why a file cannot be opened for writing, null: it can. */
export function canOpen(call: Call, path: string): null | FileError {
  if (isDevice(path)) return null
  const kind = exists(call, path)
  if (kind === 'dir') return { errno: 'EISDIR' }
  if (kind === 'file') return null
  if (inProc(path)) return { errno: 'ENOENT' }
  if (belowFile(call.os, path)) return { errno: 'ENOTDIR' }
  return exists(call, resolvePath(path, '..')) === 'dir' ? null : { errno: 'ENOENT' }
}

export function exists(call: Call, path: string): 'file' | 'dir' | null {
  const { os } = call
  if (isDevice(path) || os.files.has(path)) return 'file'
  if (path === '/' || path === '/proc' || path === '/dev' || os.dirs.has(path)) return 'dir'
  if (inProc(path)) return call.ctx.procfs.exists(path)
  const prefix = `${path}/`
  const below = (other: string): boolean => other.startsWith(prefix)
  return [...os.files.keys()].some(below) || [...os.dirs].some(below) ? 'dir' : null
}

/** Names in a directory, sorted as `LC_ALL=C ls` sorts them. */
export function list(call: Call, dir: string): string[] {
  if (inProc(dir)) return [...call.ctx.procfs.list(dir)].sort()
  const prefix = dir === '/' ? '/' : `${dir}/`
  const names = new Set<string>()
  for (const path of [...call.os.files.keys(), ...call.os.dirs, '/proc', '/dev/null']) {
    if (path.startsWith(prefix) && path !== dir) names.add(path.slice(prefix.length).split('/')[0])
  }
  return [...names].filter((name) => name !== '').sort()
}

export function isDevice(path: string): boolean {
  return path === '/dev/null'
}

function inProc(path: string): boolean {
  return path === '/proc' || path.startsWith('/proc/')
}

function belowFile(os: Os, path: string): boolean {
  for (let at = path.lastIndexOf('/'); at > 0; at = path.lastIndexOf('/', at - 1)) {
    if (os.files.has(path.slice(0, at))) return true
  }
  return false
}
