/**
 * Under these keys the plugin provides the workers with the declaration's path, the run's folder,
 * and the folder for what is attached to tests.
 */
export const DECLARATION_KEY = 'mockberth:declaration'
export const RUN_KEY = 'mockberth:run'
export const ATTACHMENTS_KEY = 'mockberth:attachments'
