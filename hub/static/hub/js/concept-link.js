// The button in Wagtail's text editor that links a term of the A to Z. taxonomy/rich_text.py registers it.
(() => {
  const { ModalWorkflowSource, TooltipEntity, registerPlugin } = window.draftail;
  const { createElement } = window.React;

  class ConceptSource extends ModalWorkflowSource {
    getChooserConfig() {
      return {
        url: this.props.entityType.chooserUrls.conceptChooser,
        urlParams: {},
        onload: window.CHOOSER_MODAL_ONLOAD_HANDLERS,
        responses: { chosen: this.onChosen },
      };
    }

    filterEntityData(chosen) {
      return { id: chosen.id, label: chosen.title, url: chosen.url };
    }
  }

  const ConceptLink = (props) => {
    const { label, url } = props.contentState.getEntity(props.entityKey).getData();
    const icon = createElement(window.wagtail.components.Icon, { name: "tag" });
    return createElement(TooltipEntity, { ...props, icon, label: label || "A term that is gone", url: url || "" });
  };

  registerPlugin({ type: "CONCEPT", source: ConceptSource, decorator: ConceptLink }, "entityTypes");
})();
