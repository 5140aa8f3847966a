package io.flinklm.cli;

import io.flinklm.UserMistake;
import io.flinklm.topics.client.KeptLetter;
import io.flinklm.topics.client.LetterPlace;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import picocli.CommandLine.Option;

/** Options that choose dead letters: those for which each option that is given holds. */
final class LetterChoice {
  @Option(
      names = "--dead-letter",
      paramLabel = "PARTITION:OFFSET",
      description = "The dead letter that lies there, 0:17 for one; may be repeated.")
  private List<String> places = new ArrayList<>();

  @Option(
      names = "--error",
      paramLabel = "TEXT",
      description = "Those whose error has this text in it.")
  private String error;

  @Option(
      names = "--from-topic",
      paramLabel = "TOPIC",
      description = "Those that came from this topic.")
  private String topic;

  @Option(names = "--all", description = "All that are there.")
  private boolean all;

  /** Whether any are chosen; otherwise they are only listed. */
  boolean isGiven() {
    return all || error != null || topic != null || !places.isEmpty();
  }

  /** Whether one is chosen, by its place. */
  boolean isOne() {
    return places.size() == 1;
  }

  /**
   * Whether a letter is among the chosen ones.
   *
   * @throws UserMistake if a place is none
   */
  boolean has(KeptLetter letter) {
    return (places.isEmpty() || places().contains(letter.place()))
        && (error == null || letter.error().contains(error))
        && (topic == null || letter.origin().topic().equals(topic));
  }

  /**
   * Makes sure that all that are chosen by their places are there.
   *
   * @throws UserMistake if one is not, or is none
   */
  void requireAll(List<KeptLetter> found) {
    requireAll(places(), found);
  }

  /** The same of places that are chosen in another way. */
  static void requireAll(Set<LetterPlace> places, List<KeptLetter> found) {
    Set<LetterPlace> missing = new TreeSet<>(places);
    found.forEach(letter -> missing.remove(letter.place()));
    for (LetterPlace first : missing) {
      throw new UserMistake(
          "there is no dead letter "
              + first
              + ", or the other options leave it out; without any option to choose with, the"
              + " command lists them all");
    }
  }

  private Set<LetterPlace> places() {
    Set<LetterPlace> parsed = new HashSet<>();
    places.forEach(place -> parsed.add(LetterPlace.parse(place)));
    return parsed;
  }
}
