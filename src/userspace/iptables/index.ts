export { iptables } from './iptables.ts'
export { iptablesSave } from './save.ts'
export { iptablesRestore } from './restore.ts'
