/** The parent alone holds the other end of the pipe: it needs no secret to prove that it is the parent. */
export const parentToken = 'parent';
