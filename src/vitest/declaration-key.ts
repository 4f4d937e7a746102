/** Under this key the plugin provides the declaration's path to the workers. */
export const DECLARATION_KEY = 'mockberth:declaration'
