package io.flinklm.bench.continuations;

import io.flinklm.UserMistake;
import io.flinklm.predict.Prediction;
import io.flinklm.predict.Prompt;
import io.flinklm.topics.client.PromptClient;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Asks a job through Kafka for the numbers that follow others.
 *
 * @param counted each a prompt without a session
 */
record NumberQuestions(List<CountedNumbers> counted) {
  // The longest number has six words, and the separator says that it is over.
  private static final int TOKENS = 8;
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  /**
   * Asks all and waits for the answers.
   *
   * @param weightsSha256 of the weights that must answer
   * @return what they said, in the order of the questions
   * @throws UserMistake if the model cannot continue numbers
   */
  List<ContinuedNumbers> ask(PromptClient client, String weightsSha256) {
    Map<String, CountedNumbers> asked = new LinkedHashMap<>();
    for (CountedNumbers numbers : counted) {
      Prompt prompt = Prompt.of(numbers.prompt(), TOKENS);
      asked.put(prompt.id(), numbers);
      client.send(null, prompt);
    }
    Map<String, ContinuedNumbers> answered = new HashMap<>();
    long start = System.nanoTime();
    while (answered.size() < asked.size()) {
      if (System.nanoTime() - start > PATIENCE.toNanos()) {
        throw new IllegalStateException(
            "only " + answered.size() + " of " + asked.size() + " prompts were answered");
      }
      for (Prediction answer : client.next()) {
        requireFrom(weightsSha256, answer);
        String found = CountedNumbers.number(answer.text());
        answered.put(answer.id(), new ContinuedNumbers(asked.get(answer.id()), found));
      }
    }
    return asked.keySet().stream().map(answered::get).toList();
  }

  private static void requireFrom(String weightsSha256, Prediction answer) {
    if (answer.error() != null) {
      throw new UserMistake(answer.error());
    }
    if (!answer.weightsSha256().equals(weightsSha256)) {
      throw new IllegalStateException("answered by other weights: " + answer.weightsSha256());
    }
  }
}
