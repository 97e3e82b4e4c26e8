/** The simple commands of a line, each as its words. */
export interface Reading {
  commands: string[][];
  understood: boolean;
}

export function readCommands(line: string): Reading {
  const understood = /^[\w ./=:@%+,|&;-]*$/.test(line);
  return { commands: line.split(/&&|\|\||[;|&]/).map((part) => part.trim().split(/\s+/)), understood };
}
