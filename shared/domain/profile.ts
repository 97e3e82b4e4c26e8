/** The names of the permission profiles, from the tightest to the widest. */
export const profiles = ['read-only', 'workspace', 'full-access'] as const;
