package io.flinklm.cli.reproduce;

import io.flinklm.cli.chart.Picture;
import io.flinklm.train.Replication;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;

/**
 * The results of several models on disk: a page with the table and the picture, and the numbers of
 * each seed.
 *
 * @param directory that holds them
 * @param table of the results
 * @param seeds that the means are over
 * @param shards that batches were cut into
 * @param replication how lanes were shared out among replicas
 */
record ResultsDocument(
    Path directory, ResultsTable table, List<Long> seeds, int shards, Replication replication) {
  private static final String PAGE = "README.md";
  private static final String NUMBERS = "results.json";
  private static final String PICTURE = "accuracy.png";

  /** Writes page and numbers and gives the page. */
  Path write() throws IOException {
    Files.writeString(directory.resolve(NUMBERS), table.toJson() + "\n");
    return Files.writeString(directory.resolve(PAGE), page());
  }

  /** Draws the picture and gives its file. */
  Path draw() throws Picture.NotDrawn {
    Path png = directory.resolve(PICTURE);
    AccuracyChart.draw(table.models(), png);
    return png;
  }

  private String options() {
    return (shards == 1 ? "" : " --shards " + shards)
        + (replication.isShared()
            ? " --replicas %d --round %d --exchange %s"
                .formatted(replication.count(), replication.round(), replication.exchange().label())
            : "");
  }

  private String page() {
    String list = seeds.stream().map(Object::toString).collect(Collectors.joining(","));
    String models =
        table.models().stream().map(ModelResult::model).collect(Collectors.joining(","));
    return """
        # Results

        Written by

            ./flink-lm reproduce --seeds %s --models %s%s

        which trains each model with each seed through Kafka and Flink, with the fit of the chapter \
        "A language model from scratch" (its `fit_one_cycle`) on the numbers from 1 to 9999 in \
        English words. Accuracy and valid loss (in nats) are those of the last validation, means over \
        the seeds. "Published" is the one run in the chapter's notebook; "PyTorch" is a plain PyTorch \
        loop with the same data and fit: 20 seeds, ± one standard deviation of a single run (losses 5 \
        seeds; `gru` 8 seeds, clipped at 0.25). `%s` has every seed's accuracy and the SHA-256 of its weights.

        %s

        ![accuracy after each epoch](%s)
        """
        .formatted(list, models, options(), NUMBERS, table.toMarkdown(), PICTURE);
  }
}
