export const conntrack = {}
