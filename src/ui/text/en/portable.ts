/** Where nothing can be kept, and the lab as a file of its own. */
export const portable = {
  notKept: 'Your progress is not kept here.',
  preview:
    'A preview: what you do here is not kept. In your page, progress is kept where the page and the reader’s browser allow it.',
  code: 'Take it with you',
  codeWords:
    'This page cannot store anything: your progress is lost when it is closed. Copy the code, and paste it under “All lessons”, “Your progress” on any page with this course.',
  close: 'Close',
  title: 'The whole lab as one file',
  words:
    'Course, sandbox and both languages in one HTML file. It opens from a disk or a USB stick, without a network.',
  link: 'netfilter-lab.html',
}
