package io.flinklm.job.models;

import io.flinklm.saved.SavedModel;
import java.io.IOException;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/**
 * Where the models of trainings lie, each in a directory {@code step-N}, on any file system that
 * Flink knows. {@value #LATEST} leads to the one that was put in place last: a symbolic link on a
 * disk of this machine, a file with its name elsewhere. What is written aside begins with a dot,
 * and a directory with a {@link ModelManifest} is a whole model. {@value #BEST} likewise leads to
 * the training's model of the lowest loss on the validation text, once there is one.
 *
 * <p>A training prunes its own models and none of another one: a new training in the same directory
 * may have been started from one of those, and needs it at each of its own starts.
 *
 * @param path of the directory
 * @param keep how many of the newest models of a training stay; 0 for all
 */
public record ModelDirectory(String path, int keep) implements Serializable {
  /** Leads to the newest model. */
  public static final String LATEST = "latest";

  /** Leads to the model that expected the validation text best. */
  public static final String BEST = "best";

  private static final String STEP = "step-";
  private static final String ASIDE = ".step-";

  private record Placed(String name, ModelManifest manifest) {}

  /** Writes the files of a model where no reader looks. */
  Aside writeAside(TrainedModel model, Map<String, byte[]> contents) throws IOException {
    String name = ASIDE + model.step() + "-" + UUID.randomUUID();
    Aside aside = new Aside(name, model.step(), model.lineage(), model.validLoss());
    for (Map.Entry<String, byte[]> file : contents.entrySet()) {
      files().write(aside.name() + "/" + file.getKey(), file.getValue());
    }
    return aside;
  }

  /** Moves a model where readers look, and removes those of its training that are too old. */
  void moveInPlace(Aside model) throws IOException {
    // After a restart the same commit comes again: then nothing is aside any more.
    if (files().exists(model.name())) {
      place(model);
    }
    List<Placed> placed = placed();
    Optional<Placed> newest = placed.stream().max(byCommit());
    if (newest.isPresent()) {
      point(LATEST, newest.get().name);
      List<Placed> own = placed.stream().filter(of -> of.manifest.isOf(model.lineage())).toList();
      Optional<Placed> best =
          own.stream().filter(of -> of.manifest.validLoss() != null).min(byLoss());
      if (best.isPresent()) {
        point(BEST, best.get().name);
      }
      prune(model, own);
    }
  }

  private void place(Aside model) throws IOException {
    List<Placed> placed = placed();
    long commit = 1 + placed.stream().mapToLong(of -> of.manifest.commit()).max().orElse(0);
    ModelManifest manifest = ModelManifest.of(model, commit);
    String name = name(model, placed);
    String inPlace = name + "/" + ModelManifest.FILE;
    Optional<Placed> there = placed.stream().filter(of -> of.name.equals(name)).findFirst();
    if (there.isPresent() && isSame(name, model.name())) {
      replaceCard(name, model);
      files().replace(inPlace, manifest.orLossOf(there.get().manifest).toBytes());
      files().delete(model.name());
      return;
    }
    files().write(model.name() + "/" + ModelManifest.FILE, manifest.toBytes());
    // The same step with other weights: the training was taken back and went another way. Its
    // manifest goes first, so that nobody takes the rest for a model.
    files().delete(inPlace);
    files().delete(name);
    files().move(model.name(), name, ModelManifest.FILE);
  }

  // The weights are the same, but more of the text that they are evaluated on may be read since.
  private void replaceCard(String name, Aside model) throws IOException {
    String card = "/" + ModelCard.FILE;
    if (files().exists(model.name() + card)) {
      files().replace(name + card, files().read(model.name() + card));
    }
  }

  // Another training's model of the same step keeps its name.
  private static String name(Aside model, List<Placed> placed) {
    String name = STEP + model.step();
    boolean isAnothers =
        placed.stream().anyMatch(of -> of.name.equals(name) && !of.manifest.isOf(model.lineage()));
    return isAnothers ? model.lineage().beside(name) : name;
  }

  private boolean isSame(String name, String aside) throws IOException {
    String config = "/" + SavedModel.CONFIG;
    return Arrays.equals(files().read(name + config), files().read(aside + config));
  }

  private void point(String link, String name) throws IOException {
    if (!files().target(link).equals(Optional.of(name))) {
      files().point(link, name);
    }
  }

  private void prune(Aside model, List<Placed> own) throws IOException {
    List<Optional<String>> stay = List.of(files().target(LATEST), files().target(BEST));
    List<Placed> old =
        own.stream()
            .sorted(byCommit().reversed())
            .skip(keep == 0 ? own.size() : keep)
            .filter(of -> !stay.contains(Optional.of(of.name)))
            .toList();
    for (Placed of : old) {
      files().delete(of.name + "/" + ModelManifest.FILE);
      files().delete(of.name);
    }
    // Left by a process that died: their checkpoints were never complete, or are long past.
    for (String name : files().names()) {
      long ofLeft = step(name, ASIDE);
      if (ofLeft >= 0 && ofLeft < model.step()) {
        files().delete(name);
      }
    }
  }

  private static Comparator<Placed> byLoss() {
    return Comparator.<Placed>comparingDouble(of -> of.manifest.validLoss())
        .thenComparing(byCommit());
  }

  private static Comparator<Placed> byCommit() {
    return Comparator.<Placed>comparingLong(of -> of.manifest.commit())
        .thenComparingLong(of -> of.manifest.step());
  }

  // Those from before there were manifests count too.
  private List<Placed> placed() throws IOException {
    List<Placed> placed = new ArrayList<>();
    for (String name : files().names()) {
      long step = step(name, STEP);
      if (step < 0) {
        continue;
      }
      if (files().exists(name + "/" + ModelManifest.FILE)) {
        byte[] manifest = files().read(name + "/" + ModelManifest.FILE);
        placed.add(new Placed(name, ModelManifest.read(manifest)));
      } else if (!files().isBegun(name, ModelManifest.FILE)
          && files().exists(name + "/" + SavedModel.CONFIG)) {
        placed.add(new Placed(name, ModelManifest.before(step)));
      }
    }
    return placed;
  }

  private static long step(String name, String prefix) {
    String digits = name.startsWith(prefix) ? name.substring(prefix.length()).split("-", 2)[0] : "";
    return digits.matches("\\d{1,18}") ? Long.parseLong(digits) : -1;
  }

  private ModelFiles files() {
    return new ModelFiles(path);
  }
}
