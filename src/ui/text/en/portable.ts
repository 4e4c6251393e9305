/** Where nothing can be kept, and the lab as a file of its own. */
export const portable = {
  notKept: 'Your progress is not kept here.',
  code: 'Take it with you',
  codeWords:
    'This page may store nothing: progress ends when it is closed. Copy the code; “All lessons”, “Your progress” takes it in, on any page with this course.',
  close: 'Close',
  title: 'The whole lab as one file',
  words:
    'Course, sandbox and both languages in one HTML file. It opens from a disk or a stick, without a network.',
  link: 'netfilter-lab.html',
}
