/** Labels of connections: new entries get room for them while a rule asks for it. Linux: net/netfilter/nf_conntrack_labels.c */
import type { Kernel } from '../kernel.ts'
import { readParams } from './params.ts'

/** One rule more, or less, that uses labels. Linux: nf_connlabels_get, nf_connlabels_put */
export function nf_connlabels(k: Kernel, by: 1 | -1): void {
  const used = labelsUsed(k) + by
  k.net.xt['labels'] = used
  k.net.params = readParams(k.net.sysctl, used)
}

export function labelsUsed(k: Kernel): number {
  return (k.net.xt['labels'] as number | undefined) ?? 0
}
