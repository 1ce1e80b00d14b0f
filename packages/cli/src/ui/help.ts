import { Help, type HelpConfiguration, type Option } from 'commander';

/** How help texts are written: an option that is gathered and was not given has no default worth a word. */
export const HELP: HelpConfiguration = {
  optionDescription(option: Option): string {
    const isEmpty = Array.isArray(option.defaultValue) && option.defaultValue.length === 0;
    const shown = isEmpty ? Object.create(option, { defaultValue: { value: undefined } }) : option;
    return Help.prototype.optionDescription(shown as Option);
  },
};
