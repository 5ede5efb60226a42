import { Option } from 'commander';

/**
 * An option that can be given several times. Its parser gets what the earlier ones made. A variable holds all of its
 * values, separated by commas, and a config file an array of them.
 */
export class RepeatableOption extends Option {}
