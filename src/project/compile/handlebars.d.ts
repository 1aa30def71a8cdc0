/// <reference types="handlebars" />

/** Handlebars' parser without its compiler: a third of the size. */
declare module 'handlebars/dist/cjs/handlebars/compiler/base.js' {
  export function parse(source: string): hbs.AST.Program;
}
