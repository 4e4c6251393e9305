/** Said of a lesson before it is there. The frame of one that is: course.ts. */
export const lesson = {
  loading: 'Opening the lesson …',
  failed: 'The lesson could not be loaded.',
}
