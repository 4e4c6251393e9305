/** What the lab as one file says where it cannot begin: the build writes it into the file. */
export const file = {
  cannotOpen:
    'Netfilter Lab could not be opened. Either this file is not whole: then get it again. Or the browser is too old: Chrome and Edge can open it from version 103 on, Firefox from 113, Safari from 16.4.',
}
