package io.flinklm.topics.client;

import io.flinklm.topics.KafkaAddress;
import io.flinklm.topics.TopicNames;
import java.util.function.Consumer;

/**
 * Reads the topic {@code dead-letters}.
 *
 * @param kafka where the topics are
 */
public record KeptLetters(KafkaAddress kafka) {

  /**
   * Gives every letter that is there, in the order of its topic.
   *
   * @throws io.flinklm.UserMistake if one is none
   */
  public void forEach(Consumer<KeptLetter> action) throws Exception {
    new TopicRecords(kafka, TopicNames.DEAD_LETTERS)
        .forEach(record -> action.accept(KeptLetter.of(record)));
  }
}
