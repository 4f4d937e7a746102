/** Under these keys the plugin provides the workers with the declaration's path, and the run's folder. */
export const DECLARATION_KEY = 'mockberth:declaration'
export const RUN_KEY = 'mockberth:run'
