package io.flinklm.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.flinklm.Quotation;
import io.flinklm.UserMistake;
import io.flinklm.application.options.KafkaOptions;
import io.flinklm.topics.KafkaAddress;
import io.flinklm.topics.TopicNames;
import io.flinklm.topics.client.KeptLetter;
import io.flinklm.topics.client.KeptLetter.Lacks;
import io.flinklm.topics.client.KeptLetters;
import io.flinklm.topics.client.LetterPlace;
import io.flinklm.topics.client.Redelivery;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.function.Predicate;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code flink-lm redeliver}. */
@Command(
    name = "redeliver",
    description =
        "List the dead letters, or send chosen ones again, mended or as they are, to where they"
            + " came from.",
    sortOptions = false)
final class RedeliverCommand implements Callable<Integer> {
  private static final int WIDTH = 100;

  @Mixin private KafkaOptions where;
  @Mixin private LetterChoice choice;

  @ArgGroup private Action action;

  /** What is done with the chosen letters, other than to send them as they are. */
  private static final class Action {
    @Option(names = "--dry-run", description = "Only list the chosen ones.")
    private boolean list;

    @Option(
        names = "--value",
        paramLabel = "FILE",
        description = "Send the one that is chosen by --dead-letter with the bytes of this file.")
    private Path value;

    @Option(
        names = "--to-directory",
        paramLabel = "DIR",
        description = "Write the values of the chosen ones there, a file each, to be mended.")
    private Path to;

    @Option(
        names = "--from-directory",
        paramLabel = "DIR",
        description = "Send those that have a file there, with its bytes.")
    private Path from;
  }

  @Override
  public Integer call() throws Exception {
    Action asked = action == null ? new Action() : action;
    requireMeaning(asked);
    Map<LetterPlace, byte[]> mended =
        asked.from == null ? Map.of() : new LetterFiles(asked.from).read();
    byte[] value = asked.value == null ? null : LetterFiles.value(asked.value);
    KafkaAddress kafka = where.withTopic(TopicNames.DEAD_LETTERS, "train");
    if (asked.list || (!choice.isGiven() && asked.from == null)) {
      return list(kafka);
    }
    if (asked.from != null) {
      List<KeptLetter> letters = read(kafka, letter -> mended.containsKey(letter.place()));
      LetterChoice.requireAll(mended.keySet(), letters);
      return send(
          kafka,
          letters.stream().map(letter -> letter.withValue(mended.get(letter.place()))).toList());
    }
    List<KeptLetter> letters = read(kafka, choice::has);
    choice.requireAll(letters);
    if (asked.to != null) {
      return write(letters, asked.to);
    }
    return send(kafka, value == null ? letters : List.of(letters.get(0).withValue(value)));
  }

  private void requireMeaning(Action asked) {
    if (asked.value != null && !choice.isOne()) {
      throw new UserMistake(
          "--value is for one letter: choose it with one --dead-letter PARTITION:OFFSET");
    }
    if (asked.to != null && !choice.isGiven()) {
      throw new UserMistake(
          "--to-directory writes the chosen letters: choose them with --dead-letter, --error,"
              + " --from-topic or --all");
    }
    if (asked.from != null && choice.isGiven()) {
      throw new UserMistake(
          "--from-directory sends the letters that have a file there: leave out --dead-letter,"
              + " --error, --from-topic and --all");
    }
  }

  private static List<KeptLetter> read(KafkaAddress kafka, Predicate<KeptLetter> wanted)
      throws Exception {
    List<KeptLetter> letters = new ArrayList<>();
    new KeptLetters(kafka)
        .forEach(
            letter -> {
              if (wanted.test(letter)) {
                letters.add(letter);
              }
            });
    return letters;
  }

  private int list(KafkaAddress kafka) throws Exception {
    int[] listed = {0};
    new KeptLetters(kafka)
        .forEach(
            letter -> {
              if (choice.has(letter)) {
                if (listed[0]++ == 0) {
                  System.out.println("dead letter  came from");
                }
                show(letter);
              }
            });
    System.out.println(
        listed[0] == 0
            ? "There is no such dead letter in the topic " + kafka.named(TopicNames.DEAD_LETTERS)
            : "Dead letters: "
                + listed[0]
                + "; send some again with --dead-letter, --error, --from-topic or --all");
    return 0;
  }

  private static void show(KeptLetter letter) {
    System.out.printf("%11s  %s%n", letter.place(), letter.origin());
    System.out.println("             " + legible(letter.error()));
    System.out.println("             " + content(letter));
  }

  private static String content(KeptLetter letter) {
    if (letter.value() == null) {
      return letter.lacks() == Lacks.NOTHING ? "(no value)" : "(too large to be kept)";
    }
    return legible(new String(letter.value(), UTF_8));
  }

  private static String legible(String text) {
    return Quotation.legible(Quotation.beginning(text, WIDTH - 1));
  }

  private static int write(List<KeptLetter> letters, Path directory) {
    List<KeptLetter> whole =
        letters.stream().filter(letter -> letter.lacks() == Lacks.NOTHING).toList();
    new LetterFiles(directory).write(whole);
    for (KeptLetter letter : letters) {
      if (letter.lacks() != Lacks.NOTHING) {
        System.out.println(
            letter.place() + " is left out: its value was too large, it lay in " + letter.origin());
      }
    }
    System.out.println(
        "Values written: "
            + whole.size()
            + "; mend them, take away those that are not to be sent, and send the others with"
            + " --from-directory "
            + directory);
    return 0;
  }

  private static int send(KafkaAddress kafka, List<KeptLetter> letters) throws Exception {
    List<KeptLetter> left = new Redelivery(kafka).send(letters);
    for (KeptLetter letter : left) {
      System.out.println(
          letter.place()
              + " is left out: what lay in "
              + letter.origin()
              + " was sent again before");
    }
    System.out.println("Dead letters sent again: " + (letters.size() - left.size()));
    return 0;
  }
}
