package io.flinklm.text;

import java.util.Optional;

/**
 * A form of text that is counted when its {@link Normalization} is done.
 *
 * @param form of the text then
 * @param normalization what is done first
 */
record NormalizedForm(TextForm form, Normalization normalization) implements TextForm {
  @Override
  public byte[] textOf(byte[] value) {
    return form.textOf(value);
  }

  @Override
  public Optional<String> whyUnreadable(byte[] text) {
    return form.whyUnreadable(text);
  }

  @Override
  public int count(byte[] text) {
    return form.count(normalization.apply(text));
  }

  @Override
  public String beginning(byte[] text) {
    return form.beginning(normalization.apply(text));
  }
}
