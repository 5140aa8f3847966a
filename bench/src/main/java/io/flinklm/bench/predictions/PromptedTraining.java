package io.flinklm.bench.predictions;

import io.flinklm.bench.predictions.PredictionCost.Pair;
import io.flinklm.cli.run.BackgroundTraining;
import io.flinklm.predict.Prompt;
import io.flinklm.text.Corpus;
import io.flinklm.topics.client.PromptClient;
import io.flinklm.train.Report;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;

/**
 * A training that is asked prompts for a while and left alone for a while.
 *
 * @param training that goes on meanwhile
 * @param client that asks it
 * @param rate prompts a second
 * @param tokens that each asks for
 * @param seconds that each while takes
 */
record PromptedTraining(
    BackgroundTraining training, PromptClient client, int rate, int tokens, int seconds) {
  private static final int SHORTEST = 5;
  private static final int LENGTHS = 6;
  private static final int SESSIONS = 10;
  // Prime, so that prompts begin all over the text.
  private static final int STRIDE = 9_973;

  /** Both, in either order. */
  Pair pair(boolean askedFirst) throws InterruptedException {
    Stretch first = askedFirst ? asked() : alone();
    Stretch second = askedFirst ? alone() : asked();
    Stretch asked = askedFirst ? first : second;
    Stretch alone = askedFirst ? second : first;
    return new Pair(alone.rate, asked.rate, asked.outcome);
  }

  /**
   * A stretch of the training.
   *
   * @param rate tokens trained per second
   * @param outcome of its prompts; null without any
   */
  private record Stretch(double rate, PromptLoad.Outcome outcome) {
    static Stretch between(Report before, Report after, PromptLoad.Outcome outcome) {
      long trained = after.tokensTrained() - before.tokensTrained();
      return new Stretch(trained / (after.seconds() - before.seconds()), outcome);
    }
  }

  private Stretch alone() throws InterruptedException {
    Report before = training.newest();
    Thread.sleep(Duration.ofSeconds(seconds).toMillis());
    return Stretch.between(before, training.newest(), null);
  }

  private Stretch asked() {
    PromptLoad load = new PromptLoad(client, prompts(), SESSIONS, rate);
    Report before = training.newest();
    PromptLoad.Outcome outcome = load.run();
    return Stretch.between(before, training.newest(), outcome);
  }

  /** A few tokens each, from all over the text. */
  private List<Prompt> prompts() {
    Corpus text = Corpus.humanNumbers();
    return IntStream.range(0, rate * seconds)
        .mapToObj(
            i -> {
              int length = SHORTEST + i % LENGTHS;
              int start = (int) ((long) i * STRIDE % (text.size() - length));
              return Prompt.of(text.text(start, start + length), tokens);
            })
        .toList();
  }
}
