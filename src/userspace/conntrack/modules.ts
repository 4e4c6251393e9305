/** The parts of conntrack that are loaded with the programs. Linux: nf_conntrack_ftp, nf_nat_ftp, nfnetlink_cttimeout */
import '../../kernel/conntrack/extend.ts'
import '../../kernel/conntrack/ftp.ts'
import '../../kernel/conntrack/log-invalid.ts'
import '../../kernel/conntrack/proto-more.ts'
import '../../kernel/conntrack/seqadj.ts'
