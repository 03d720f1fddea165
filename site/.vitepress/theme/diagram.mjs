import scriptUrl from '@mermaid-js/tiny/dist/mermaid.tiny.js?url';
import { useData } from 'vitepress';
import { defineComponent, h, onMounted, ref, watch } from 'vue';

const OPTIONS = { startOnLoad: false, suppressErrorRendering: true, securityLevel: 'strict' };

let drawn = 0;
/** @type {Promise<void> | undefined} */
let loading;

/** A Mermaid diagram, drawn in the browser as wide as the column. A button shows its full size, which scrolls. The page shows its source where it cannot be drawn. */
export const Diagram = defineComponent({
  props: { source: { type: String, required: true } },
  setup(props) {
    const { isDark } = useData();
    const source = decodeURIComponent(props.source);
    const svg = ref('');
    const draw = async () => {
      loading ??= loadScript();
      await loading;
      const { mermaid } = globalThis;
      mermaid.initialize({ ...OPTIONS, theme: isDark.value ? 'dark' : 'default' });
      drawn += 1;
      svg.value = (await mermaid.render(`diagram-${drawn}`, source)).svg;
    };
    onMounted(draw);
    watch(isDark, draw);
    const isFullSize = ref(false);
    const width = () => /max-width: ([\d.]+px)/.exec(svg.value)?.[1] ?? 'auto';
    return () => {
      if (svg.value === '') return h('pre', { class: 'diagram' }, source);
      const onClick = () => {
        isFullSize.value = !isFullSize.value;
      };
      return h('figure', { class: 'diagram' }, [
        h('div', { style: { width: isFullSize.value ? width() : 'auto' }, innerHTML: svg.value }),
        h('button', { type: 'button', onClick }, isFullSize.value ? 'Fit to the page' : 'Show in full size'),
      ]);
    };
  },
});

/** Sets `globalThis.mermaid`. The file is no module. */
function loadScript() {
  return new Promise((resolve, reject) => {
    const script = document.createElement('script');
    script.src = scriptUrl;
    script.onload = () => resolve();
    script.onerror = () => reject(new Error('The script of the diagrams did not load.'));
    document.head.append(script);
  });
}
