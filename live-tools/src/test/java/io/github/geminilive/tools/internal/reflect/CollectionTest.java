package io.github.geminilive.tools.internal.reflect;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.geminilive.tools.internal.reflect.Fixtures.Echo;
import io.github.geminilive.tools.internal.reflect.Fixtures.Loudness;
import io.github.geminilive.tools.internal.reflect.Fixtures.Tools;
import io.github.geminilive.tools.internal.reflect.FrontEnds.Found;
import java.lang.ref.ReferenceQueue;
import java.lang.ref.WeakReference;
import java.time.Duration;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Class loaders whose classes had tools can go, as redeployed applications need. */
class CollectionTest {

  private static final Duration DEADLINE = Duration.ofSeconds(20);

  private final ReflectWriters used = new ReflectWriters();

  private void use(ClassLoader loader) throws Throwable {
    Object tools = loader.loadClass(Tools.class.getName()).getConstructor().newInstance();
    Class<?> echo = loader.loadClass(Echo.class.getName());
    Class<?> loudness = loader.loadClass(Loudness.class.getName());

    Found found = FrontEnds.find(tools);

    assertThat(found.problems()).isEmpty();
    assertThat(echo.getClassLoader()).isSameAs(loader);
    assertThat(found.writers().writer(echo)).isNotNull();
    assertThat(found.writers().enumeration(loudness)).isNotNull();
    assertThat(used.writer(echo)).isNotNull();
    for (int i = 0; i < 50; i++) {
      // More often than it takes the JDK to make classes of its own for a method.
      found.tools().get(0).tool().invoker().invoke(tools, new Object[1]);
    }
  }

  @Test
  void theLoaderOfAClassWithToolsCanBeCollected() throws Throwable {
    ReferenceQueue<ClassLoader> collected = new ReferenceQueue<>();
    ClassLoader loader = new IsolatingLoader(
        Set.of(Fixtures.class, Tools.class, Echo.class, Loudness.class), Set.of());
    use(loader);
    WeakReference<ClassLoader> reference = new WeakReference<>(loader, collected);
    loader = null;

    long deadline = System.nanoTime() + DEADLINE.toNanos();
    while (reference.get() != null && System.nanoTime() < deadline) {
      System.gc();
      collected.remove(50);
    }

    assertThat(reference.get()).isNull();
    assertThat(used.writer(Echo.class)).isNotNull();
  }
}
