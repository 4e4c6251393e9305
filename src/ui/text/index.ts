/**
 * Every sentence a person reads, in English and in Simplified Chinese. What the kernel and the programs print is
 * Linux's own and stays English. A key that zh lacks is a type error: each zh file `satisfies` the type of its twin.
 */
export { LANGUAGES, language, setLanguage, text, type Language, type Text } from './language.svelte.ts'
export { formatOf, type Format, type Forms } from './format.ts'
