/**
 * The one thing the lab takes from its surroundings that is not the language's own. Node, workers and pages
 * all have it; the engine is checked without the types of any of them (tsconfig.engine.json).
 */
declare function structuredClone<T>(value: T): T
