package io.flinklm.saved;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.flinklm.net.NetConfig;
import io.flinklm.text.Tokenizer;
import io.flinklm.text.TokenizerName;
import io.flinklm.train.Replication;
import io.flinklm.train.TrainingConfig;

/**
 * What is to be known of saved weights.
 *
 * @param net shape of the model
 * @param bptt tokens in a window while training
 * @param laneCount rows of a batch while training
 * @param shards of a batch while training
 * @param replication how the training was shared out among replicas
 * @param seed of the training
 * @param step after which the weights were taken
 * @param weightsSha256 as {@code Weights.sha256}
 * @param tokenizer its kind and what is done to text before, {@link TokenizerName#label}
 * @param vocabularyFingerprint as {@link Tokenizer#fingerprint}
 */
public record ModelConfig(
    NetConfig net,
    int bptt,
    @JsonProperty("lanes") int laneCount,
    int shards,
    Replication replication,
    long seed,
    long step,
    String weightsSha256,
    String tokenizer,
    String vocabularyFingerprint) {

  /** The configuration of a training's model after a step. */
  public static ModelConfig of(
      TrainingConfig config, Tokenizer tokenizer, long step, String weightsSha256) {
    return new ModelConfig(
        config.net(),
        config.bptt(),
        config.laneCount(),
        config.shards(),
        config.replication(),
        config.seed(),
        step,
        weightsSha256,
        tokenizer.name().label(),
        tokenizer.fingerprint());
  }

  /** Of its tokenizer, as {@link Tokenizer#description}. */
  String tokens() {
    return Tokenizer.description(tokenizer, net.vocabulary(), vocabularyFingerprint);
  }
}
