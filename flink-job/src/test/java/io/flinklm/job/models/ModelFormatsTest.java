package io.flinklm.job.models;

import static org.assertj.core.api.Assertions.assertThat;

import io.flinklm.job.state.KeptBlob;
import org.junit.jupiter.api.Test;

/**
 * How a model that waits for its checkpoint is kept, and the lineage and the best weights of a
 * training.
 */
class ModelFormatsTest {
  private static final Lineage LINEAGE = new Lineage("0c6e1d2a-lineage");
  private static final Aside ASIDE = new Aside(".step-7-aside", 7, LINEAGE, 0.25);

  private static final BestWeights BEST = new BestWeights(0.25, 700, new byte[] {1, 2, 3});

  private final AsideSerializer serializer = new AsideSerializer();

  @Test
  void everyVersionIsRead() throws Exception {
    assertThat(serializer.deserialize(1, KeptBlob.of("side-1.blob").bytes()))
        .isEqualTo(new Aside(".step-7-aside", 7, Lineage.NONE, Double.NaN));
    assertThat(serializer.deserialize(2, KeptBlob.of("side-2.blob").bytes())).isEqualTo(ASIDE);
    assertThat(Lineage.read(KeptBlob.of("line-1.blob").bytes())).isEqualTo(LINEAGE);
    assertThat(BestWeights.read(KeptBlob.of("best-1.blob").bytes()))
        .usingRecursiveComparison()
        .isEqualTo(BEST);
  }

  @Test
  void aChangedFormatHasANewVersion() throws Exception {
    KeptBlob.of("side-2.blob").requireUnchanged(serializer.serialize(ASIDE));
    KeptBlob.of("line-1.blob").requireUnchanged(LINEAGE.write());
    KeptBlob.of("best-1.blob").requireUnchanged(BEST.write());
  }

  @Test
  void whatIsDamagedIsRefused() throws Exception {
    KeptBlob.of("side-2.blob").requireRefusedIfDamaged(blob -> serializer.deserialize(2, blob));
    KeptBlob.of("line-1.blob").requireRefusedIfDamaged(Lineage::read);
    KeptBlob.of("best-1.blob").requireRefusedIfDamaged(BestWeights::read);
  }

  @Test
  void everyTrainingHasALineageOfItsOwn() {
    assertThat(Lineage.draw()).isNotEqualTo(Lineage.draw());
  }
}
