// Variables that change what runs: which files are programs, what a shell reads first, how words are split, what a prompt or a library does.
const deciding = new Set(
  (
    'PATH IFS ENV BASH_ENV PS4 PS0 PS1 PROMPT_COMMAND SHELLOPTS BASHOPTS BASH_ALIASES BASH_CMDS BASH_COMPAT POSIXLY_CORRECT GLOBIGNORE EXECIGNORE ' +
    'HISTFILE CDPATH SHELL EDITOR VISUAL PAGER BROWSER GIT_EDITOR GIT_SEQUENCE_EDITOR GIT_PAGER GIT_SSH GIT_SSH_COMMAND GIT_ASKPASS SSH_ASKPASS ' +
    'GIT_EXTERNAL_DIFF GIT_PROXY_COMMAND GIT_EXEC_PATH PERL5OPT PERL5DB PYTHONSTARTUP RUBYOPT NODE_OPTIONS JAVA_TOOL_OPTIONS LESSOPEN LESSCLOSE'
  ).split(' '),
);

/** May setting this variable make something else run? */
export const decides = (name: string): boolean => deciding.has(name) || /^(?:LD_|DYLD_|BASH_FUNC_|GIT_CONFIG)/.test(name);
