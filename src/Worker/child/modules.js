import { syncBuiltinESMExports } from 'node:module';
import vm from 'node:vm';

const { SourceTextModule } = vm;

/**
 * Node.js 20 never frees a module of `vm`: the module is held by a registry for as long as its code is alive, and holds
 * its code and its whole context, 0.15 MB for each step. The runtime reads the namespace once, as the last thing it does
 * with a module object; what the object holds is let go then, and the code lives for as long as somebody uses it.
 */
class ForgettingModule extends SourceTextModule {
  /** Under the name of a context's first module, by which the runtime finds a job's lines in a trace. @param {string} source @param {any} options */
  constructor(source, options) {
    super(source, { identifier: 'vm:module(0)', ...options });
  }

  get namespace() {
    const namespace = super.namespace;
    this.#forget();
    return namespace;
  }

  /** @param {vm.ModuleLinker} linker */
  link(linker) {
    return this.#attempt(() => super.link(linker));
  }

  /** @param {any} [options] */
  evaluate(options) {
    return this.#attempt(() => super.evaluate(options));
  }

  /** Whoever fails is not asked for a namespace. @param {() => Promise<void>} work */
  async #attempt(work) {
    try {
      await work();
    } catch (error) {
      this.#forget();
      throw error;
    }
  }

  #forget() {
    for (const field of Object.getOwnPropertySymbols(this)) Reflect.set(this, field, undefined);
  }
}
vm.SourceTextModule = ForgettingModule;
syncBuiltinESMExports();
