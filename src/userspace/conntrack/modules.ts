/** The parts of conntrack that are loaded with the programs. Linux: nf_conntrack_ftp, nf_conntrack_irc, nf_conntrack_tftp and their nf_nat_*, nfnetlink_cttimeout */
import '../../kernel/conntrack/extend.ts'
import '../../kernel/conntrack/ftp.ts'
import '../../kernel/conntrack/irc.ts'
import '../../kernel/conntrack/log-invalid.ts'
import '../../kernel/conntrack/proto-more.ts'
import '../../kernel/conntrack/seqadj.ts'
import '../../kernel/conntrack/tftp.ts'
