package io.flinklm.saved;

import io.flinklm.net.NetConfig;
import io.flinklm.text.Vocabulary;
import io.flinklm.train.TrainingConfig;

/**
 * What is to be known of saved weights.
 *
 * @param net shape of the model
 * @param bptt tokens in a window while training
 * @param lanes rows of a batch while training
 * @param seed of the training
 * @param step after which the weights were taken
 * @param weightsSha256 as {@code Weights.sha256}
 * @param vocabularyFingerprint as {@link Vocabulary#fingerprint}
 */
public record ModelConfig(
    NetConfig net,
    int bptt,
    int lanes,
    long seed,
    long step,
    String weightsSha256,
    String vocabularyFingerprint) {

  /** The configuration of a training's model after a step. */
  public static ModelConfig of(
      TrainingConfig config, Vocabulary vocabulary, long step, String weightsSha256) {
    return new ModelConfig(
        config.net(),
        config.bptt(),
        config.lanes(),
        config.seed(),
        step,
        weightsSha256,
        vocabulary.fingerprint());
  }

  /** Of the vocabulary, in words. */
  String tokens() {
    return tokens(net.vocabulary(), vocabularyFingerprint);
  }

  /** Of any vocabulary, in words. */
  static String tokens(int size, String fingerprint) {
    return size + " tokens with the fingerprint " + fingerprint;
  }
}
