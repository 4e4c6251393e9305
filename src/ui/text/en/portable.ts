/** Where nothing can be kept, and the lab as a file of its own. */
export const portable = {
  notKept: 'Progress is not kept here: this page may store nothing. It lasts as long as the page is open.',
  code: 'Take it with you as a code',
  codeWords:
    'Copy it. “All lessons”, “Your progress” takes it in, here or on any other page with this course.',
  close: 'Close',
  title: 'The whole lab as one file',
  words:
    'Course, sandbox and both languages in one HTML file. It opens from a disk or a stick, without a network.',
  link: 'netfilter-lab.html',
}
