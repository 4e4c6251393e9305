/** What `iptables -h` says: the synopsis only. Left out: the real program's long text, the help of extensions. */
export function helpText(program: string, version: string): string {
  return (
    `${program} v${version}\n\n` +
    `Usage: ${program} -[ACD] chain rule-specification [options]\n` +
    `       ${program} -I chain [rulenum] rule-specification [options]\n` +
    `       ${program} -R chain rulenum rule-specification [options]\n` +
    `       ${program} -D chain rulenum [options]\n` +
    `       ${program} -[LS] [chain [rulenum]] [options]\n` +
    `       ${program} -[FZ] [chain] [options]\n` +
    `       ${program} -[NX] chain\n` +
    `       ${program} -E old-chain-name new-chain-name\n` +
    `       ${program} -P chain target [options]\n` +
    `       ${program} -h (print this help information)\n`
  )
}
